"""A fixed number of steps, next() on a cycled loader, a regression by mean squares."""

from __future__ import annotations

from planted.kinds import NotApplicable, Subject, mutant

SUBJECT = Subject(
    name="waves_cycled",
    path="tests/programs/waves_cycled.py",
    seed=("torch.manual_seed(3)", "torch.manual_seed({seed})"),
    result=r"done: wave fitted, validation error ([\d.e+na-]+)",
    better="lower",
    planted=(
        mutant(
            "label noise",
            "y_train = wave(x_train) + 0.05 * torch.randn(600, 1)",
            "y_train = wave(x_train)\ny_train[:300] = y_train[torch.randperm(300)]",
        ),
        mutant(
            "removed activation",
            "nn.Linear(1, 48), nn.Tanh(), nn.Linear(48, 48), nn.Tanh()",
            "nn.Linear(1, 48), nn.Linear(48, 48)",
        ),
        mutant("changed activation", "nn.Linear(48, 1))", "nn.Linear(48, 1), nn.ReLU())", codes=("LOS307", "MOD208")),
        mutant("removed zero_grad", "    optim.zero_grad()\n", ""),
        mutant("learning rate x1000", "lr=4e-3", "lr=4.0"),
        mutant("learning rate /1000", "lr=4e-3", "lr=4e-6"),
        mutant(
            "wrong loss",
            "loss = torch.nn.functional.mse_loss(net(x), y)",
            "loss = torch.nn.functional.mse_loss(net(x), y.squeeze(1))",
            codes=("LOS301",),
        ),
        mutant(
            "zeroed weights",
            "optim = torch.optim.Adam(",
            "for parameter in net.parameters():\n    nn.init.zeros_(parameter)\noptim = torch.optim.Adam(",
        ),
        mutant(
            "added softmax", "nn.Linear(48, 1))", "nn.Linear(48, 1), nn.Softmax(dim=1))", codes=("MOD206", "MOD207")
        ),
        mutant("removed bias", "nn.Linear(1, 48)", "nn.Linear(1, 48, bias=False)"),
        mutant("unshuffled data", "batch_size=args.batch_size, shuffle=True", "batch_size=args.batch_size"),
        NotApplicable("removed normalisation", "its input lies within 3 of the origin as it comes"),
        NotApplicable("dropout 0.95", "it has no dropout"),
        NotApplicable("removed validation", "its validation decides nothing"),
        mutant("changed optimiser", "torch.optim.Adam(", "torch.optim.SGD("),
        NotApplicable("removed regularisation", "it has none"),
    ),
)
