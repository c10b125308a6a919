"""Loss and gradient stay as they are whatever enters the model, whatever its weights.

## Why is this bad?

The input is lost on its way to the loss: overwritten by another tensor, masked altogether, normalised or softmaxed over
an axis of one element, multiplied by zero. What is learnt is a constant, such as the shares of the classes. The loss
still falls a little, so it looks like a hard task.

## Fix

Follow the input through `forward` from the line of the model's call: where is a name assigned that held it (`h =
self.position(...)` in place of `h = h + self.position(...)`), which axis has length one, which mask is all true?

## Limits

The recorded batch was run again with its samples in another order (targets stayed where they were) and with zeros in
place of the inputs: both gave the same loss and gradient norm, bit for bit but for rounding. With all trained weights
drawn anew, zeros again changed nothing. It is an error only if besides a trained module ran and got no gradient in any
update of the rehearsal, none of its weights having been loaded, and no unreached statement could bring the input in.
Else it is a warning: a baseline that is not to see the input (zeros on purpose) is built just so. Nor is it an error
where another model of the same class, built for the next setting of a sweep (one expert, then two), gives gradients to
a module that has none here. Models of fewer than
two layers with weights, targets that are all equal, losses that this tool does not know, inputs that are equal or zero
before they reach the model, and batches of one sample are not judged.

A loss or a gradient of 0 (a weight that is still to be ramped up) tells nothing.

## References

A. Karpathy, "A Recipe for Training Neural Networks", 2019 ("input-independent baseline").
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

from trialrun.checks.absence import could_refute
from trialrun.checks.base import Check
from trialrun.checks.wording import count, names, number, unreached
from trialrun.evidence import Evidence
from trialrun.evidence.dependence import ANEW, ANEW_ZEROED, ZEROED, arm_of, by_weights, ignores_input, same
from trialrun.evidence.model import ParameterRecord
from trialrun.findings.finding import Finding, Severity, Verified

ROUNDING = 1e-4  # of the largest gradient of its model: what rounding leaves where nothing should get through
NUMBERED = re.compile(r" \(\d+\)$")  # what a root is called whose class has models of several structures


class LossIgnoresInput(Check):
    code = "LOS308"
    slug = "loss-ignores-input"
    severity = Severity.ERROR
    needs = ("experiment",)

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        record = ignores_input(evidence)
        if record is None or record.control is None or by_weights(record):
            return
        if not any(record.control.losses) or not record.control.gradient_norm:
            return  # a loss that is still multiplied by 0: nothing can be told from it yet
        anew, anew_zeros = arm_of(record, ANEW), arm_of(record, ANEW_ZEROED)
        if anew is None or anew_zeros is None or not same(anew, anew_zeros):
            return
        zeros = arm_of(record, ZEROED)
        assert zeros is not None
        idle = _without_gradient(evidence)
        doubts = could_refute(evidence)
        switched = _switched(evidence)
        loaded = any(parameter.loaded for parameter in evidence.parameter)
        sure = bool(idle) and not doubts and not switched and not loaded
        ran = (
            f" {names(idle)} ran and got no gradient in {count(len(evidence.update), 'update')}: what "
            f"{'it gives' if len(idle) == 1 else 'they give'} does not reach the loss."
            if idle
            else ""
        )
        soften = "" if sure else " If the model is a baseline that must not see its input, this is legitimate."
        yield self.finding(
            f"The loss does not depend on the model's input: {number(record.control.losses[0])}, gradient norm "
            f"{number(record.control.gradient_norm)}; the very same with zeros in place of the inputs, and with the "
            f"samples in another order than their targets. So it is with all weights drawn anew.{ran}"
            + (f" {unreached(doubts)}" if doubts else "")
            + (f" In another model of that class {switched} does get gradients." if switched else "")
            + soften,
            "Follow the input through forward: a name that is assigned again, a mask that covers everything, a "
            "softmax or normalisation over an axis of length 1.",
            where=record.where,
            severity=Severity.ERROR if sure else Severity.WARNING,
            measured={
                "loss": record.control.losses[0],
                "loss_with_zeros": zeros.losses[0],
                "gradient_norm": record.control.gradient_norm,
                "gradient_norm_with_zeros": zeros.gradient_norm,
                "modules_without_gradient": idle,
            },
            expected="a loss that changes with the inputs",
            verified=Verified(
                "zeros in place of the inputs",
                f"loss {number(zeros.losses[0])}, gradient norm {number(zeros.gradient_norm)} (now: "
                f"{number(record.control.losses[0])}, {number(record.control.gradient_norm)}); with weights drawn "
                f"anew {number(anew_zeros.losses[0])} (without zeros: {number(anew.losses[0])})",
            ),
            explains=("TRN601", "MOD203"),
            explained_by=("MOD205", "MOD206", "MOD212"),
            stage="probe",
        )


def _without_gradient(evidence: Evidence) -> list[str]:
    """Modules that were trained, ran, and whose parameters were given no gradient in any update.

    Of a module that a gradient reached, zeros count only where it has a bias too: the weights of a first layer get
    none from an input of zeros.
    """
    modules: dict[tuple[str, str], list[ParameterRecord]] = {}
    for parameter in evidence.parameter:
        if _trained(parameter):
            modules.setdefault((parameter.root, parameter.module), []).append(parameter)
    largest = _largest(evidence)
    idle = []
    for (root, module), parameters in modules.items():
        dropped = all(not p.reached for p in parameters)
        silent = len(parameters) > 1 and all(p.gradient_norms and not _moved(p, largest[root]) for p in parameters)
        if dropped or silent:
            idle.append(f"{root}.{module}" if module else root)
    return idle


def _trained(parameter: ParameterRecord) -> bool:
    return bool(parameter.requires_grad and parameter.optimisers and parameter.module_runs and parameter.root)


def _largest(evidence: Evidence) -> dict[str, float]:
    """The largest gradient norm of any parameter of each root."""
    largest: dict[str, float] = {}
    for parameter in evidence.parameter:
        norms = [norm for norm in parameter.gradient_norms if norm is not None and math.isfinite(norm)]
        largest[parameter.root] = max([largest.get(parameter.root, 0.0), *norms])
    return largest


def _moved(parameter: ParameterRecord, largest: float) -> bool:
    """Whether it ever got a gradient that is more than rounding."""
    return any(norm is not None and not norm <= ROUNDING * largest for norm in parameter.gradient_norms)


def _switched(evidence: Evidence) -> str:
    """A module that got no gradient in one model of a class and some in another one; "" if there is none."""
    without: set[tuple[str, str]] = set()
    among: dict[tuple[str, str], str] = {}
    largest = _largest(evidence)
    for parameter in evidence.parameter:
        if _trained(parameter):
            cls = NUMBERED.sub("", parameter.root)
            if _moved(parameter, largest[parameter.root]):
                among[cls, parameter.name] = f"{cls}.{parameter.module}" if parameter.module else cls
            else:
                without.add((cls, parameter.name))
    return next((module for name, module in among.items() if name in without), "")
