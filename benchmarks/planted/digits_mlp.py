"""Plain loop over a DataLoader, cross-entropy, Adam."""

from __future__ import annotations

from planted.kinds import NotApplicable, Subject, mutant

SUBJECT = Subject(
    name="digits_mlp",
    path="tests/programs/digits_mlp.py",
    seed=("torch.manual_seed(0)", "torch.manual_seed({seed})"),
    result=r"done: digits read with ([\d.]+)% accuracy",
    better="higher",
    planted=(
        mutant(
            "label noise",
            "train_loader = DataLoader(",
            "rows = torch.tensor(train_set.indices)[: len(train_set) // 2]\n"
            "y[rows] = torch.randint(0, 10, (len(rows),))\ntrain_loader = DataLoader(",
        ),
        mutant("removed activation", "nn.Linear(64, 96), nn.ReLU(), ", "nn.Linear(64, 96), "),
        mutant("changed activation", "nn.ReLU()", "nn.Sigmoid()"),
        mutant("removed zero_grad", "        optimizer.zero_grad()\n", ""),
        mutant("learning rate x1000", "lr=2e-3", "lr=2.0"),
        mutant("learning rate /1000", "lr=2e-3", "lr=2e-6"),
        mutant(
            "wrong loss",
            "loss = criterion(model(inputs), targets)",
            "loss = nn.functional.mse_loss(model(inputs).argmax(dim=1).float().requires_grad_(), targets.float())",
            codes=("GRD403", "LOS308", "OPT505", "TRN601"),
        ),
        mutant(
            "zeroed weights",
            "criterion = nn.CrossEntropyLoss()",
            "for parameter in model.parameters():\n    nn.init.zeros_(parameter)\ncriterion = nn.CrossEntropyLoss()",
        ),
        mutant("added softmax", "nn.Linear(96, 10))", "nn.Linear(96, 10), nn.Softmax(dim=1))"),
        mutant("removed bias", "nn.Linear(64, 96)", "nn.Linear(64, 96, bias=False)"),
        mutant("unshuffled data", "batch_size=32, shuffle=True", "batch_size=32"),
        mutant("removed normalisation", "dtype=torch.float32) / 8 - 1", "dtype=torch.float32) * 16"),
        mutant("dropout 0.95", "nn.Dropout(0.2)", "nn.Dropout(0.95)"),
        NotApplicable("removed validation", "its accuracy is what the program is judged by, and decides nothing in it"),
        mutant("changed optimiser", "torch.optim.Adam(", "torch.optim.SGD("),
        mutant("removed regularisation", "nn.Dropout(0.2), ", ""),
    ),
)
