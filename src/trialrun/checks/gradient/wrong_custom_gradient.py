"""The backward of a custom `autograd.Function` is not the derivative of its forward.

## Why is this bad?

Autograd takes what a hand-written `backward` returns on trust. A wrong one crashes nothing and warns of nothing: the
loss often still falls, more slowly and to a worse value, as every layer in front of it gets a wrong direction.

## Fix

Derive `backward` anew from `forward`: the incoming gradient times the derivative at the saved inputs. Then run
`torch.autograd.gradcheck(MyFunction.apply, inputs)` on small float64 inputs.

## Limits

The first call that records gradients is repeated on float64 copies of its inputs, and a few elements are compared with
central differences. That is done only where repeating is unnoticeable and the forward is deterministic: functions with
loops, rounding, random numbers, calls of modules, or objects among their arguments are not looked at. Nor are points
where the forward has a kink. Gradients that are meant to differ get nothing: straight-through estimators and surrogates
(non-zero where the true derivative is zero), reversed and rescaled gradients (a multiple of the true one), clipped and
masked ones (never larger than the true one, with its sign), functions that return an input as it is, and those with
arguments that the backward alone uses, or whose gradient is the incoming one. So a missing constant factor is not
found. A gradient that leaves out some factor on purpose (a norm that counts as constant) gets this warning: suppress it
there.

## References

PyTorch documentation, "Extending torch.autograd" and `torch.autograd.gradcheck`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from trialrun.checks.base import Check
from trialrun.checks.wording import count, numbers, shape
from trialrun.evidence import Evidence
from trialrun.evidence.custom_gradients import CustomGradient, Probe, ProbedInput
from trialrun.findings.finding import Finding, Severity

# Probes are exact to about 1e-6. An approximation that somebody uses on purpose (of erf in GELU) is off by less.
TOLERANCE = 0.02
ZERO = 1e-6  # of the largest probe of the input
ENOUGH_PROBES = 6


class WrongCustomGradient(Check):
    code = "GRD412"
    slug = "wrong-custom-gradient"
    severity = Severity.WARNING
    needs = ("custom_gradient",)

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        for record in evidence.custom_gradient:
            wrong = [given for given in record.inputs if _wrong(given)]
            if wrong and record.where.file in evidence.files() and not any(map(_surrogate, record.inputs)):
                yield self._disagrees(record, max(wrong, key=lambda given: len(_different(given))))

    def _disagrees(self, record: CustomGradient, given: ProbedInput) -> Finding:
        different = _different(given)
        worst = sorted(different, key=lambda probe: -abs(probe.analytic - probe.numerical))[:3]
        others = [item.name for item in record.inputs if item is not given and _wrong(item)]
        message = (
            f"{record.cls}.backward() is not the derivative of {record.cls}.forward(): for input `{given.name}` of "
            f"shape {shape(given.shape)} it differs from central differences in float64 at {len(different)} of "
            f"{count(len(given.probes), 'probe')}. It returned {numbers(probe.analytic for probe in worst)}; the "
            f"derivative is {numbers(probe.numerical for probe in worst)}."
        )
        if others:
            message += f" Wrong as well: {', '.join(f'`{name}`' for name in others)}."
        return self.finding(
            message,
            f"Derive {record.cls}.backward() anew, and test it with torch.autograd.gradcheck on small float64 inputs. "
            "If the gradient is meant to differ (some factor counts as constant), suppress this warning at that line.",
            where=record.where,
            measured={
                "input": given.name,
                "probes": len(given.probes),
                "different": len(different),
                "analytic": [probe.analytic for probe in worst],
                "numerical": [probe.numerical for probe in worst],
            },
            expected="a backward within 2 % of the numerical derivative",
        )


def _scale(given: ProbedInput) -> float:
    return max((max(abs(probe.analytic), abs(probe.numerical)) for probe in given.probes), default=0.0)


def _different(given: ProbedInput) -> list[Probe]:
    floor = 10 * ZERO * _scale(given)
    return [
        probe
        for probe in given.probes
        if abs(probe.analytic - probe.numerical) > TOLERANCE * max(abs(probe.analytic), abs(probe.numerical)) + floor
    ]


def _surrogate(given: ProbedInput) -> bool:
    """A gradient where there is none: straight through rounding or clamping, around a step."""
    small = ZERO * _scale(given)
    return any(abs(probe.numerical) <= small and abs(probe.analytic) > 1e3 * small for probe in given.probes)


def _wrong(given: ProbedInput) -> bool:
    if len(given.probes) < ENOUGH_PROBES or len(_different(given)) < 3:
        return False
    return not _clipped(given) and not _rescaled(given)


def _clipped(given: ProbedInput) -> bool:
    return all(
        probe.analytic * probe.numerical >= 0 and abs(probe.analytic) <= (1 + TOLERANCE) * abs(probe.numerical)
        for probe in given.probes
    )


def _rescaled(given: ProbedInput) -> bool:
    """One factor for all elements; it may depend on the incoming gradient, as with clipping by norm."""
    groups = [
        [probe for probe in given.probes if probe.cotangent == index]
        for index in {probe.cotangent for probe in given.probes}
    ]
    if max(len(group) for group in groups) < 2:
        groups = [list(given.probes)]
    return all(map(_parallel, groups))


def _parallel(probes: Sequence[Probe]) -> bool:
    squares = sum(probe.numerical**2 for probe in probes)
    length = sum(probe.analytic**2 for probe in probes)
    if not squares or not length:
        return True
    factor = sum(probe.analytic * probe.numerical for probe in probes) / squares
    rest = sum((probe.analytic - factor * probe.numerical) ** 2 for probe in probes)
    return bool(rest <= TOLERANCE**2 * length)
