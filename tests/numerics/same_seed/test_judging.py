"""Verdicts on hand-made runs."""

from __future__ import annotations

import pytest
import torch

from trialrun.numerics import Verdict
from trialrun.numerics.same_seed.judging import Configuration, Run, judged
from trialrun.numerics.training import Update

ONE, TWO, HASHED = Configuration(1, "0"), Configuration(2, "0"), Configuration(1, "1")
EPS = torch.finfo(torch.float32).eps


def run(configuration: Configuration, *losses: float, weight: str = "w") -> Run:
    updates = [Update(loss.hex(), loss, {"weight": f"{weight}{loss}"}) for loss in losses]
    return Run(configuration, [Update("", None, {"weight": "start"}), *updates], EPS)


def test_all_the_same() -> None:
    found = judged(
        [run(ONE, 1.0, 0.5), run(ONE, 1.0, 0.5), run(TWO, 1.0, 0.5), run(TWO, 1.0, 0.5), run(HASHED, 1.0, 0.5)]
    )
    assert found.verdict is Verdict.BITWISE
    assert found.facts["threads_change"] == {"2": False}
    assert found.facts["hash_seed_changes"] is False


@pytest.mark.parametrize(
    ("second", "verdict"),
    [(1.0 + 3 * EPS, Verdict.ROUNDING), (1.01, Verdict.INCONCLUSIVE), (float("nan"), Verdict.INCONCLUSIVE)],
)
def test_threads(second: float, verdict: Verdict) -> None:
    found = judged([run(ONE, 1.0), run(ONE, 1.0), run(TWO, second), run(TWO, second)])
    assert found.verdict is verdict
    assert found.facts["threads_change"] == {"2": True}


def test_the_same_configuration_twice_is_a_bug_however_small_the_difference() -> None:
    found = judged([run(ONE, 1.0, 0.5), run(ONE, 1.0, 0.5 + EPS)])
    assert found.verdict is Verdict.BUG
    assert "first difference in update 2, loss (0.5 and 0.500000119), 1 of 1 parameters" in found.reason
    found = judged([run(ONE, 1.0), run(ONE, 1.0), run(TWO, 1.0), run(TWO, 1.0, weight="v")])
    assert found.verdict is Verdict.BUG
    assert "the same seed twice (2 threads, PYTHONHASHSEED=0)" in found.reason
    assert "use_deterministic_algorithms" in found.advice


def test_the_hash_seed() -> None:
    found = judged([run(ONE, 1.0), run(ONE, 1.0), run(TWO, 1.0 + EPS), run(TWO, 1.0 + EPS), run(HASHED, 1.5)])
    assert found.verdict is Verdict.BUG
    assert found.reason.startswith("PYTHONHASHSEED")
