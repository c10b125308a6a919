"""Four defects of the MNIST example that are known to pass unnoticed, and the codes that name each."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Defect:
    """Old texts, each found exactly once, and new ones; any of ``expected`` names the cause."""

    changes: tuple[tuple[str, str], ...]
    expected: tuple[str, ...]


DEFECTS = {
    "shuffled labels": Defect(
        (
            (
                "    train, valid, test = order[:4000], order[4000:4500], order[4500:]\n",
                "    train, valid, test = order[:4000], order[4000:4500], order[4500:]\n"
                "    digits[train] = digits[train[torch.randperm(len(train))]]\n",
            ),
        ),
        ("DAT107",),
    ),
    "softmax over the batch": Defect(
        (("return self.fc2(self.dropout2(x))", "return F.log_softmax(self.fc2(self.dropout2(x)), dim=0)"),),
        ("MOD205",),
    ),
    "learning rate 300": Defect(
        (('"--lr", type=float, default=1e-3', '"--lr", type=float, default=300.0'),),
        ("OPT503",),
    ),
    "head replaced after the optimiser": Defect(
        (
            (
                "    scheduler = torch.optim.lr_scheduler",
                "    model.fc2 = nn.Linear(128, 10)\n    scheduler = torch.optim.lr_scheduler",
            ),
        ),
        ("OPT501", "OPT502"),
    ),
}


def planted(root: Path, name: str) -> str:
    """The text of the example with that defect.

    Raises ValueError where an old text is not found exactly once.
    """
    text = (root / "examples" / "mnist_cnn.py").read_text(encoding="utf-8")
    for old, new in DEFECTS[name].changes:
        if text.count(old) != 1:
            raise ValueError(f"{old!r} is there {text.count(old)} times")
        text = text.replace(old, new)
    return text
