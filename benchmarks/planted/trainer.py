"""A class-based trainer, one method for training and validation, RMSprop, early stopping."""

from __future__ import annotations

from planted.kinds import NotApplicable, Subject, mutant

SUBJECT = Subject(
    name="trainer",
    path="tests/programs/trainer.py",
    seed=("seed: int = 99", "seed: int = {seed}"),
    result=r"done: best validation loss ([\d.na]+) of",
    better="lower",
    planted=(
        mutant(
            "label noise",
            "        self.points = torch.stack([radius * angle.cos(), radius * angle.sin()], dim=1)\n",
            "        self.points = torch.stack([radius * angle.cos(), radius * angle.sin()], dim=1)\n"
            "        if n == 900:\n            self.labels[:450] = torch.randint(3, (450,), generator=generator)\n",
        ),
        mutant(
            "removed activation",
            "nn.Linear(2, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU()",
            "nn.Linear(2, 64), nn.Linear(64, 64)",
        ),
        mutant(
            "changed activation",
            "nn.Linear(2, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU()",
            "nn.Linear(2, 64), nn.Sigmoid(), nn.Linear(64, 64), nn.Sigmoid()",
        ),
        mutant("removed zero_grad", "                    self.optimizer.zero_grad()\n", ""),
        mutant("learning rate x1000", "lr: float = 0.01", "lr: float = 10.0"),
        mutant("learning rate /1000", "lr: float = 0.01", "lr: float = 0.00001"),
        mutant(
            "wrong loss",
            "                    loss.backward()\n",
            '                    distance = self.model(batch["point"])[:, :1] - batch["label"].float()\n'
            "                    distance.abs().mean().backward()\n",
            codes=("LOS301", "LOS311"),
        ),
        mutant(
            "zeroed weights",
            "    trainer = Trainer(network, config)\n",
            "    for parameter in network.parameters():\n        nn.init.zeros_(parameter)\n"
            "    trainer = Trainer(network, config)\n",
        ),
        mutant("added softmax", "nn.Linear(64, 3))", "nn.Linear(64, 3), nn.Softmax(dim=-1))"),
        mutant("removed bias", "nn.Linear(2, 64)", "nn.Linear(2, 64, bias=False)"),
        mutant("unshuffled data", "batch_size=config.batch_size, shuffle=True", "batch_size=config.batch_size"),
        NotApplicable("removed normalisation", "points lie within 1.1 of the origin as they come"),
        NotApplicable("dropout 0.95", "it has no dropout"),
        mutant("removed validation", "        if loss < self.best_loss:", "        if self.best_state is None:"),
        mutant("changed optimiser", "torch.optim.RMSprop(", "torch.optim.Adagrad("),
        NotApplicable("removed regularisation", "it has none but early stopping"),
    ),
)
