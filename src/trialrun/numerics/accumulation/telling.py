"""What the measured cases come to, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from trialrun.evidence.numerics import NumericsResult, Verdict, worst
from trialrun.numerics.accumulation.coupling import Coupling
from trialrun.numerics.accumulation.diagnosis import Cause
from trialrun.numerics.accumulation.rule import EXACT, FARTHER, Distances
from trialrun.numerics.accumulation.weights import Fit, Right
from trialrun.numerics.subject import Subject

_SHOWN = 8  # weights on a line
_BASES = {
    "samples": "a mean over samples: count is their number (the default)",
    "sum": 'a sum: reduction="sum"',
    "own": "a mean over something else than samples (tokens, class weights): trialrun.accumulate needs count=",
    "": "nothing that counts of micro-batches could stand for",
}


@dataclass(frozen=True)
class Case:
    """One way of accumulating on one cut. ``naive``: |g - g_batch| / |g_batch| of the recipe loss / k in float64."""

    cut: str
    sizes: tuple[int, ...]
    what: str
    distances: Distances
    fit: Fit
    right: Right
    naive: float
    verdict: Verdict = Verdict.UNSUPPORTED
    note: str = ""
    advice: str = ""
    cause: Cause | None = None
    control: Verdict = Verdict.UNSUPPORTED


def result(
    subject: Subject, cases: list[Case], linked: Coupling | None, frozen: list[Case], left_out: str, device: str
) -> NumericsResult:
    """The result: the worst of ``cases``; a mistake that ``frozen`` BatchNorm layers let show comes before coupling.

    ``left_out``: why the cut with a smaller last micro-batch is not among them; "" if it is.
    """
    verdict = worst([case.verdict for case in cases])
    shown = next(case for case in cases if case.verdict is verdict)
    wrong = next((case for case in frozen if case.verdict is Verdict.BUG), None)
    if verdict is Verdict.COUPLED and wrong is not None:
        verdict, shown = Verdict.BUG, wrong
    caught = sum(case.control is Verdict.BUG for case in [*cases, *frozen])
    return NumericsResult(
        "accum",
        subject.name,
        verdict,
        _reason(verdict, shown, cases, linked, shown is wrong),
        (*_lines(cases, linked, frozen), *([left_out] if left_out else [])),
        _advice(verdict, shown, linked),
        f"caught: with one micro-batch's loss not scaled {caught} of {len(cases) + len(frozen)} are called BUG"
        if caught == len(cases) + len(frozen)
        else f"not caught in {len(cases) + len(frozen) - caught} of {len(cases) + len(frozen)}",
        {
            "cases": [_facts(case) for case in cases],
            "cases_batch_norm_frozen": [_facts(case) for case in frozen],
            "naive_recipe_right": all(case.naive <= EXACT for case in cases),
            "loss_goes_by": _basis(cases),
            "coupling": None if linked is None else {**vars(linked), "norms": list(linked.norms)},
            "limits": {"fp64_relative": EXACT, "fp32_ratio": FARTHER},
        },
        tuple(
            _row(subject.name, device, case, state)
            for group, state in ((cases, "as it is"), (frozen, "frozen"))
            for case in group
        ),
    )


def _reason(verdict: Verdict, shown: Case, cases: list[Case], linked: Coupling | None, frozen: bool) -> str:
    k, n, far = len(shown.sizes), sum(shown.sizes), shown.distances
    prefix = "With BatchNorm held at its running statistics: " if frozen else ""
    if shown.note:
        return f"{prefix}{shown.what} on {k} micro-batches of {n} samples: {shown.note}."
    if verdict is Verdict.BUG and shown.cause is not None:
        return (
            f"{prefix}{shown.what} does not give the gradient of one batch ({shown.cause.name}): {shown.cause.told}."
            f" Implied weights {_weights(shown.fit.weights)}, right {_weights(shown.right.weights)};"
            f" |g - g_batch| / |g_batch| = {far.relative:.3g} in fp64."
        )
    if verdict is Verdict.COUPLED and linked is not None:
        return _coupled(linked, len(cases[0].sizes))
    exact = max(case.distances.relative for case in cases)
    cuts = " and ".join(written(case.sizes) for case in cases)
    if verdict is Verdict.BITWISE:
        return f"{shown.what} gives the gradient of one batch bit for bit ({cuts} samples; in fp64 to {exact:.1g})."
    ratio = max(case.distances.ratio for case in cases)
    return (
        f"{shown.what} gives the gradient of one batch ({cuts} samples): they agree to {exact:.1g} in fp64, and in fp32"
        f" it is {ratio:.2g} times as far from that as one batch's own (limit {FARTHER:g})."
    )


def _coupled(linked: Coupling, parts: int) -> str:
    if linked.kind == "values":
        return (
            "The loss is no sum or mean of terms of samples: what a micro-batch has to weigh depends on the values of"
            f" the others (weights that fit leave {linked.alone:.2g} of the gradient over where parameters are others)."
        )
    where = f" in the {linked.place}" if linked.place else ""
    norms = f" (BatchNorm in training: {_names(linked.norms)})" if linked.norms else ""
    if linked.alone <= EXACT:  # too few parameters for their gradients to tell
        return f"Samples influence each other{where}{norms}: its outputs for them change when their neighbours do."
    return (
        f"Samples influence each other{where}{norms}: no weights of {parts} micro-batches come nearer to the gradient"
        f" of one batch than {linked.alone:.2g} of it, nor do they with their neighbours replaced by copies of"
        f" themselves ({linked.replaced:.2g})."
    )


def _advice(verdict: Verdict, shown: Case, linked: Coupling | None) -> str:
    if shown.note:
        return shown.advice
    if verdict is Verdict.BUG and shown.cause is not None:
        return shown.cause.fix
    if verdict is Verdict.COUPLED and linked is not None:
        if linked.norms:
            return (
                "GroupNorm or LayerNorm do not couple samples, nor does BatchNorm in eval mode; otherwise declare"
                ' expect=("COUPLED",) or --expect coupled: the gradient depends on the size of the micro-batches.'
            )
        if linked.place == "model":
            return (
                "See whether axis 0 is the batch's in all of the model (batch_first=True of recurrent layers); where"
                ' samples are meant to influence each other, declare expect=("COUPLED",) or --expect coupled.'
            )
        return (
            "Keep samples that are compared in one micro-batch, or compute their representations first and accumulate"
            ' afterwards; otherwise declare expect=("COUPLED",) or --expect coupled.'
        )
    return ""


def _lines(cases: list[Case], linked: Coupling | None, frozen: list[Case]) -> list[str]:
    lines = [
        f"{case.cut}, {written(case.sizes)} samples: implied {_weights(case.fit.weights)}, right"
        f" {_weights(case.right.weights)}{'' if case.right.basis else ' at best'}, {case.verdict.value}"
        for case in cases
    ]
    lines.append(f"the loss is {_basis(cases)}")
    lines.append(_recipe(cases))
    if frozen:
        lines.append(f"with BatchNorm frozen: {worst([case.verdict for case in frozen]).value}")
    elif linked is not None and linked.coupled:
        lines.append("coupled samples leave no right weights: whether 1/k is missing besides cannot be told")
    return lines


def _recipe(cases: list[Case]) -> str:
    """Whether loss / k would do."""
    wrong = [case for case in cases if not case.naive <= EXACT]
    if not wrong:
        return "the recipe loss / k is right for this loss"
    off = f"its gradient is off by {max(case.naive for case in wrong):.2g} of that of one batch"
    if wrong[0].cut == "ragged":
        return f"the recipe loss / k is right for this loss until the last micro-batch is smaller: then {off}"
    return f"the recipe loss / k is wrong for this loss: {off}"


def _basis(cases: list[Case]) -> str:
    """What the loss divides by, of all cuts: a mean over tokens may look like one over samples in one of them."""
    found = [case.right.basis for case in cases]
    return _BASES["" if "" in found else "own" if "own" in found else found[-1]]


def _facts(case: Case) -> dict[str, Any]:
    far = case.distances
    return {
        "cut": case.cut,
        "samples": list(case.sizes),
        "verdict": case.verdict.value,
        "cause": case.cause.name if case.cause else None,
        "implied_weights": list(case.fit.weights),
        "right_weights": list(case.right.weights),
        "right_by": case.right.basis,
        "weights_unique": case.fit.unique,
        "residual": case.fit.residual,
        "fp64_relative": far.relative,
        "fp32_error": far.accumulated / far.full,
        "fp32_error_of_one_batch": far.whole / far.full,
        "fp32_ratio": far.ratio,
        "fp32_bitwise": far.bitwise,
        "naive_fp64_relative": case.naive,
        "control": case.control.value,
    }


def _row(target: str, device: str, case: Case, norms: str) -> dict[str, Any]:
    """A line of the CSV: the columns that all experiments share, then those of this one; weights apart by spaces."""
    far = case.distances
    return {
        "schema_version": 1,
        "test": "accum",
        "target": target,
        "path": case.what,
        "device": device,
        "dtype": "fp32",
        "batch_size": sum(case.sizes),
        "rel_l2_fp64": far.relative,
        "err_path": far.accumulated / far.full,
        "err_ref": far.whole / far.full,
        "err_ratio": far.ratio,
        "verdict": case.verdict.value,
        "reason": case.cause.name if case.cause else case.note,
        "negative_control": case.control.value,
        "cut": case.cut,
        "batch_norm": norms,
        "micro_batches": len(case.sizes),
        "micro_batch_sizes": " ".join(map(str, case.sizes)),
        "implied_weights": " ".join(map(repr, case.fit.weights)),
        "right_weights": " ".join(map(repr, case.right.weights)),
        "right_by": case.right.basis,
        "residual": case.fit.residual,
        "naive_rel_l2_fp64": case.naive,
    }


def written(sizes: tuple[int, ...]) -> str:
    """ "6+6+6+3", or "11x2+1" where they are many."""
    if len(sizes) <= _SHOWN:
        return "+".join(map(str, sizes))
    return f"{len(sizes)}x{sizes[0]}" if sizes[0] == sizes[-1] else f"{len(sizes) - 1}x{sizes[0]}+{sizes[-1]}"


def _weights(values: tuple[float, ...]) -> str:
    least = 1e-12 * max(map(abs, values), default=0.0)  # what is left of a weight of zero
    shown = ", ".join(f"{value if abs(value) > least else 0:.4g}" for value in values[:_SHOWN])
    return f"{shown}, ..." if len(values) > _SHOWN else shown


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(name or "the model itself" for name in names[:3]) + (
        f" and {len(names) - 3} more" if len(names) > 3 else ""
    )
