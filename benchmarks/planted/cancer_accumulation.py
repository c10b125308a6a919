"""Gradients accumulated over micro-batches of a shuffled index, binary cross-entropy, AdamW."""

from __future__ import annotations

from planted.kinds import Subject, mutant

SUBJECT = Subject(
    name="cancer_accumulation",
    path="tests/programs/cancer_accumulation.py",
    seed=("torch.manual_seed(42)", "torch.manual_seed({seed})"),
    result=r"done: best accuracy ([\d.]+)",
    better="higher",
    planted=(
        mutant(
            "label noise",
            "    loss_fn = nn.BCEWithLogitsLoss",
            "    y_train[:213] = torch.randint(0, 2, (213,)).float()\n    loss_fn = nn.BCEWithLogitsLoss",
        ),
        mutant("removed activation", "nn.GELU(), ", ""),
        mutant("changed activation", "nn.Linear(32, 1))", "nn.Linear(32, 1), nn.ReLU())", codes=("LOS307", "MOD208")),
        mutant(
            "removed zero_grad",
            "            optimizer.step()\n            optimizer.zero_grad()\n",
            "            optimizer.step()\n",
            "    total = 0.0\n    optimizer.zero_grad()\n",
            "    total = 0.0\n",
        ),
        mutant("learning rate x1000", "lr=3e-3", "lr=3.0"),
        mutant("learning rate /1000", "lr=3e-3", "lr=3e-6"),
        mutant(
            "wrong loss",
            'loss_fn = nn.BCEWithLogitsLoss(reduction="sum")',
            'loss_fn = nn.HingeEmbeddingLoss(reduction="sum")',
            codes=("LOS304", "LOS311", "TRN601", "TRN604"),
        ),
        mutant(
            "zeroed weights",
            "    loss_fn = nn.BCEWithLogitsLoss",
            "    for parameter in model.parameters():\n        nn.init.zeros_(parameter)\n"
            "    loss_fn = nn.BCEWithLogitsLoss",
        ),
        mutant(
            "added softmax",
            "logits = model(x[chosen]).squeeze(1)",
            "logits = model(x[chosen]).squeeze(1).softmax(0)",
            codes=("MOD205", "LOS302", "LOS303"),
        ),
        mutant("removed bias", "nn.Linear(32, 1))", "nn.Linear(32, 1, bias=False))"),
        mutant("unshuffled data", "order = torch.randperm(len(x))", "order = y.argsort()"),
        mutant(
            "removed normalisation",
            "return (x_train - mean) / std, y_train, (x_test - mean) / std, y_test",
            "return x_train, y_train, x_test, y_test",
        ),
        mutant("dropout 0.95", "nn.Dropout(0.1)", "nn.Dropout(0.95)"),
        mutant("removed validation", "        if score > best:", "        if epoch == 1:"),
        mutant("changed optimiser", "torch.optim.AdamW(", "torch.optim.SGD("),
        mutant("removed regularisation", "nn.Dropout(0.1), ", "", "lr=3e-3)", "lr=3e-3, weight_decay=0.0)"),
    ),
)
