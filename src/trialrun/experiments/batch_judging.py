"""From numbers to verdicts; nothing is measured here."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from trialrun.evidence.numerics import Verdict, worst
from trialrun.experiments.batch_measures import Measures, Yardstick

# A path is as accurate as the reference if its worst row errs at most so many times as far as the reference's worst
# one: two roundings of one sum differ by a factor of about 1, defects by 1e5 and more.
ALLOWED_EXCESS = 4.0
# So few ULP at the row's maximum are rounding, however exact the reference came to be by luck.
FEW_ULP = 4.0
# Where rounding could hide a change of this share of the output, nothing can be told from it.
DEFECT = 0.1
# Relative to the row's largest number. Rounding of float64 is 1e-16 of a sum's terms: a network whose outputs it moved
# by 1e-9 would lose every digit in float32.
FP64_CHANGE = 1e-9
# Where there is no float64: rounding of float32 is 1e-7 of a sum's terms; a network that it moved by so much would be
# wrong in its third digit.
FP32_CHANGE = 1e-3
CHANGES = {"fp64": FP64_CHANGE, "fp32": FP32_CHANGE, "bf16": DEFECT, "fp16": DEFECT}


@dataclass(frozen=True)
class Judged:
    """A verdict and the sentence that says why."""

    verdict: Verdict
    reason: str


def case(
    found: Measures,
    dtype: str,
    reference: Yardstick | None,
    *,
    neighbours_matter: bool,
    perturbed: bool = False,
    no_exact: str = "",
) -> Judged:
    """The verdict of one case.

    ``reference``: how far samples alone err at most; None where there is no float64 to tell, for the reason
    ``no_exact``; ``perturbed``: or how far they move where inputs and parameters change in their last place, if that is
    more. ``neighbours_matter``: whether other samples' values were seen to change an output.
    """
    if not found.n_samples:
        return Judged(Verdict.UNSUPPORTED, "no sample was compared")
    if found.frac_samples_bitwise == 1.0:
        return Judged(Verdict.BITWISE, "every sample is bitwise equal")
    if dtype == "fp64" and found.rel_l2 <= FP64_CHANGE:
        return Judged(Verdict.ROUNDING, f"relative L2 difference {found.rel_l2:.2g} in float64")
    if reference is None or found.worst_row is None or found.err_path is None or found.err_ref is None:
        if neighbours_matter and found.rel_l2 > FP32_CHANGE:
            return Judged(Verdict.COUPLED, f"relative L2 difference {found.rel_l2:.2g}, by other samples' values")
        return Judged(Verdict.UNSUPPORTED, f"no float64 to judge by: {no_exact}")
    numbers = f"error against float64 {found.err_path:.2g} beside {found.err_ref:.2g} of the sample alone"
    if not found.ref_finite:
        return Judged(Verdict.INCONCLUSIVE, f"{dtype} overflows for samples alone: no error can be told")
    if ALLOWED_EXCESS * found.err_ref > DEFECT:
        return Judged(
            Verdict.INCONCLUSIVE,
            f"{dtype} itself errs by {found.err_ref:.1%} of the output: a defect of {DEFECT:.0%} would be passed",
        )
    if found.worst_row.excess(reference) <= ALLOWED_EXCESS:
        if not perturbed or found.err_path <= ALLOWED_EXCESS * found.err_ref:
            return Judged(Verdict.ROUNDING, numbers)
        numbers += ": not more than inputs and weights do that change in their last place"
        hidden = ALLOWED_EXCESS * found.err_path > DEFECT
        return Judged(Verdict.INCONCLUSIVE if hidden else Verdict.ROUNDING, numbers)
    if found.ulp_at_row_max <= FEW_ULP:
        return Judged(Verdict.ROUNDING, f"{found.ulp_at_row_max:.2g} ULP at the row's maximum")
    if neighbours_matter:
        return Judged(Verdict.COUPLED, f"{numbers}, by other samples' values")
    if found.max_abs == math.inf:
        return Judged(Verdict.BUG, "finite alone and not finite in a batch, or the other way round")
    return Judged(Verdict.BUG, f"{numbers}: more than rounding, and not by other samples' values")


def overall(cases: Sequence[Verdict], coupled: bool, control_caught: bool) -> Verdict:
    """The verdict of all: samples that influence each other in float64 are COUPLED, however the cases differ.

    A control that was not caught leaves only what was found: nothing passes by it.
    """
    verdict = worst([*cases, *([Verdict.COUPLED] if coupled else [])])
    if not control_caught and verdict in (Verdict.BITWISE, Verdict.ROUNDING, Verdict.UNSUPPORTED):
        return Verdict.INCONCLUSIVE
    return verdict
