"""The six programs, with loop styles, models and losses as different as they come, and how a defect is put in."""

from __future__ import annotations

from pathlib import Path

from planted import cancer_accumulation, digits_mlp, mnist_cnn, trainer, waves_cycled, wine_two_tasks
from planted.kinds import Mutant, Subject

SUBJECTS: tuple[Subject, ...] = (
    digits_mlp.SUBJECT,
    mnist_cnn.SUBJECT,
    wine_two_tasks.SUBJECT,
    trainer.SUBJECT,
    waves_cycled.SUBJECT,
    cancer_accumulation.SUBJECT,
)


def source(root: Path, subject: Subject, mutant: Mutant | None = None, seed: int | None = None) -> str:
    """The text of a subject with one defect in it, or as it is, and with another seed.

    Raises ValueError where a text that is to be replaced is not found exactly once.
    """
    text = (root / subject.path).read_text(encoding="utf-8")
    changes = [] if mutant is None else list(mutant.changes)
    if seed is not None:
        changes.append((subject.seed[0], subject.seed[1].format(seed=seed)))
    for old, new in changes:
        if text.count(old) != 1:
            raise ValueError(f"{subject.path}: found {text.count(old)} times, not once: {old!r}")
        text = text.replace(old, new)
    return text
