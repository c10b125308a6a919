"""Every defect of the benchmark can be planted, and every kind of defect is spoken of in every program."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "benchmarks"))

from planted.kinds import KINDS, Mutant, Subject  # noqa: E402
from planted.subjects import SUBJECTS, source  # noqa: E402


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.name)
def test_every_kind_is_planted_or_said_not_to_apply(subject: Subject) -> None:
    assert [planted.kind for planted in subject.planted] == list(KINDS)
    original = source(ROOT, subject)
    for planted in subject.planted:
        if isinstance(planted, Mutant):
            text = source(ROOT, subject, planted, seed=7)
            compile(text, subject.path, "exec")
            assert text != original
            assert source(ROOT, subject, planted) != original
        else:
            assert planted.because


def test_six_different_programs() -> None:
    assert len({subject.path for subject in SUBJECTS}) == 6


def test_a_text_that_is_not_found_once_is_refused() -> None:
    with pytest.raises(ValueError, match="found 0 times"):
        source(ROOT, SUBJECTS[0], Mutant("removed bias", (("no such text", ""),)))
