"""Batches that are dicts, two heads and two losses, early stopping, a plateau schedule."""

from __future__ import annotations

from planted.kinds import Subject, mutant

SUBJECT = Subject(
    name="wine_two_tasks",
    path="tests/programs/wine_two_tasks.py",
    seed=("torch.manual_seed(77)", "torch.manual_seed({seed})"),
    result=r"done: joint loss ([\d.na]+),",
    better="lower",
    planted=(
        mutant(
            "label noise",
            "mean, std = measurements[train_rows].mean(0)",
            "kinds[train_rows[:65]] = torch.randint(0, 3, (65,))\nmean, std = measurements[train_rows].mean(0)",
        ),
        mutant(
            "removed activation",
            "nn.Linear(n_features, hidden), nn.SiLU(), ",
            "nn.Linear(n_features, hidden), ",
            "nn.Linear(hidden, 16), nn.SiLU(), ",
            "nn.Linear(hidden, 16), ",
        ),
        mutant(
            "changed activation",
            "nn.SiLU(), nn.Linear(16, 1)",
            "nn.SiLU(), nn.Linear(16, 1), nn.ReLU()",
            codes=("LOS307", "MOD208"),
        ),
        mutant("removed zero_grad", "        optimizer.zero_grad()\n", ""),
        mutant("learning rate x1000", "lr=5e-3", "lr=5.0"),
        mutant("learning rate /1000", "lr=5e-3", "lr=5e-6"),
        mutant(
            "wrong loss",
            "        loss = combined_loss(outputs, kind, alcohol)\n        optimizer",
            "        loss = nn.functional.mse_loss(outputs['alcohol'].unsqueeze(1), alcohol)\n        optimizer",
            codes=("LOS301", "MOD203"),
        ),
        mutant(
            "zeroed weights",
            "model = TwoHeads()\n",
            "model = TwoHeads()\nfor parameter in model.parameters():\n    nn.init.zeros_(parameter)\n",
        ),
        mutant("added softmax", '"kind": self.kind_head(h)', '"kind": self.kind_head(h).softmax(-1)'),
        mutant("removed bias", "nn.Linear(hidden, n_kinds)", "nn.Linear(hidden, n_kinds, bias=False)"),
        mutant("unshuffled data", "batch_size=16, shuffle=True", "batch_size=16"),
        mutant("removed normalisation", "        table = (table - mean) / std\n", ""),
        mutant("dropout 0.95", "nn.Dropout(0.1)", "nn.Dropout(0.95)"),
        mutant("removed validation", "    if val_loss < best_loss:", "    if epoch == 0:"),
        mutant("changed optimiser", "torch.optim.Adam(", "torch.optim.SGD("),
        mutant("removed regularisation", ", nn.Dropout(0.1))", ")", ", weight_decay=1e-4", ""),
    ),
)
