"""Verdicts from hand-made numbers."""

from __future__ import annotations

import dataclasses
import math

import pytest

from trialrun.evidence.numerics import Verdict
from trialrun.experiments import batch_judging as judging
from trialrun.experiments.batch_measures import Measures, Yardstick

ROUNDED = Measures(
    n_samples=8, frac_samples_bitwise=0.0, frac_elements_bitwise=0.2, max_abs=1e-6, rel_l2=2e-7, ulp_p50=1.0,
    ulp_p99=100.0, ulp_max=1e9, ulp_at_row_max=9.0, err_path=1e-7, err_ref=1e-7, err_ratio=1.0,
    worst_row=Yardstick(2e-7, 2e-7),
)  # fmt: skip
REFERENCE = Yardstick(1e-7, 1e-7)


def verdict(
    measures: Measures, dtype: str = "fp32", coupled: bool = False, reference: Yardstick | None = REFERENCE
) -> Verdict:
    return judging.case(measures, dtype, reference, neighbours_matter=coupled, no_exact="it raises").verdict


def changed(**values: object) -> Measures:
    return dataclasses.replace(ROUNDED, **values)  # type: ignore[arg-type]


def test_a_billion_raw_ulp_near_zero_are_rounding() -> None:
    assert verdict(ROUNDED) is Verdict.ROUNDING


def test_equal_bits_need_no_reference() -> None:
    assert verdict(changed(frac_samples_bitwise=1.0), reference=None) is Verdict.BITWISE


def test_no_sample_is_no_evidence() -> None:
    assert verdict(changed(n_samples=0, frac_samples_bitwise=1.0)) is Verdict.UNSUPPORTED


def test_more_than_rounding_is_a_bug_or_coupled_by_neighbours() -> None:
    far = changed(worst_row=Yardstick(1e-3, 1e-3), err_path=1e-3)
    assert verdict(far) is Verdict.BUG
    assert verdict(far, coupled=True) is Verdict.COUPLED
    assert verdict(far, "bf16") is Verdict.BUG


def test_both_sizes_of_the_error_have_to_exceed_the_reference() -> None:
    assert verdict(changed(worst_row=Yardstick(1e-3, 2e-7))) is Verdict.ROUNDING
    assert verdict(changed(worst_row=Yardstick(2e-7, 1e-3))) is Verdict.ROUNDING


def test_what_a_change_in_the_last_place_does_is_rounding_too_unless_it_hides_defects() -> None:
    far = changed(worst_row=Yardstick(1e-3, 1e-3), err_path=1e-3)
    for error, expected in ((1e-3, Verdict.ROUNDING), (0.1, Verdict.INCONCLUSIVE)):
        found = dataclasses.replace(far, err_path=error)
        moved = Yardstick(1e-3, 1e-3)
        assert judging.case(found, "fp32", moved, neighbours_matter=False, perturbed=True).verdict is expected


def test_a_few_ulp_are_rounding_beside_an_exact_reference() -> None:
    exact = Yardstick(0.0, 0.0)
    assert verdict(changed(ulp_at_row_max=2.0, err_ref=0.0, err_ratio=None), reference=exact) is Verdict.ROUNDING
    assert verdict(changed(ulp_at_row_max=2e4, err_ref=0.0, err_ratio=None), reference=exact) is Verdict.BUG


def test_a_dtype_whose_own_error_hides_defects_tells_nothing() -> None:
    coarse = changed(err_path=0.05, err_ref=0.05, worst_row=Yardstick(0.05, 0.05))
    assert verdict(coarse, "bf16", reference=Yardstick(0.05, 0.05)) is Verdict.INCONCLUSIVE
    assert verdict(changed(ref_finite=False), "fp16") is Verdict.INCONCLUSIVE


def test_without_float64_only_coupling_can_be_told() -> None:
    bare = changed(worst_row=None, err_path=None, err_ref=None)
    judged = judging.case(bare, "fp32", None, neighbours_matter=False, no_exact="it raises")
    assert judged.verdict is Verdict.UNSUPPORTED and "it raises" in judged.reason
    assert verdict(changed(worst_row=None, err_path=None, rel_l2=0.1), coupled=True, reference=None) is Verdict.COUPLED


def test_float64_is_judged_by_itself() -> None:
    exact = Yardstick(0.0, 0.0)
    assert verdict(changed(rel_l2=1e-15), "fp64", reference=exact) is Verdict.ROUNDING
    assert verdict(changed(rel_l2=1e-6), "fp64", reference=exact) is Verdict.BUG


def test_finite_alone_and_infinite_in_a_batch_is_a_bug() -> None:
    broken = changed(max_abs=math.inf, ulp_at_row_max=math.inf, worst_row=Yardstick(math.inf, math.inf))
    assert verdict(broken) is Verdict.BUG


@pytest.mark.parametrize(
    ("cases", "coupled", "caught", "expected"),
    [
        ([Verdict.BITWISE, Verdict.ROUNDING], False, True, Verdict.ROUNDING),
        ([Verdict.BITWISE], True, True, Verdict.COUPLED),
        ([Verdict.BITWISE], False, False, Verdict.INCONCLUSIVE),
        ([Verdict.ROUNDING, Verdict.BUG], True, True, Verdict.BUG),
        ([Verdict.BUG], False, False, Verdict.BUG),
        ([], False, True, Verdict.UNSUPPORTED),
    ],
)
def test_the_verdict_of_all(cases: list[Verdict], coupled: bool, caught: bool, expected: Verdict) -> None:
    assert judging.overall(cases, coupled, caught) is expected
