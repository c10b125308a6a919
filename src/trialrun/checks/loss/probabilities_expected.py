"""A loss that expects probabilities or log-probabilities gets the raw output of a layer.

## Why is this bad?

`BCELoss` takes the logarithm of its input, so it needs probabilities and stops with an error on anything outside 0..1.
`nll_loss` takes log-probabilities and only picks the one of the right class: with raw scores it is minus the score,
which has no lower bound. The loss falls for ever below 0 while all scores grow, and nothing pushes the wrong classes
down.

## Fix

`BCELoss`: use `BCEWithLogitsLoss`, or put a sigmoid in front. `NLLLoss`: use `CrossEntropyLoss`, or put `log_softmax`
in front.

## Limits

Judged from the autograd graph and the values: the input is the bare output of a linear or convolution layer with
weights of its own, and exp of it does not sum to 1 over the classes. Probabilities made in any other way (clamping,
normalisation, division, a similarity, weights that are computed) are not this. `nll_loss` is now and then used only to
pick scores. Nothing is said where a further function is applied to what it picked (a squared error of action values, a
hinge), or where the backward also reaches an input that has a gradient (a saliency map, an attack). Where those scores
enter what is backpropagated in another way too (a `logsumexp` beside it), or several losses lead to that backward, or
it is called so in several places (a critic of real and made samples), it is a warning, and nothing is said where the
loss of a repeated batch falls and comes to rest: something bounds it. A warning as well for `kl_div`,
for an activation such as `relu` or `sigmoid` where log-probabilities are expected, and for `BCELoss` as long as all
values happened to lie in 0..1. For a crash of `BCELoss` the range of its input says what it was: NaN points to training
that diverged, and is not told here.

## References

PyTorch documentation, `torch.nn.BCELoss`, `torch.nn.NLLLoss`.
"""

from __future__ import annotations

from collections.abc import Iterable

from trialrun.checks.crash.card import Card, CrashCheck
from trialrun.checks.wording import at, number
from trialrun.evidence import Evidence
from trialrun.evidence.loss_curve import finite_part
from trialrun.evidence.place import Where
from trialrun.evidence.program import CrashRecord
from trialrun.evidence.tensors import LossCall
from trialrun.findings.finding import Finding, Severity

_LOG = ("nll_loss", "kl_div")
_BOUNDED = ("relu", "sigmoid", "tanh", "softplus", "hardtanh", "hardsigmoid")
_TOLERANCE = 1e-2  # on a sum of exp over the classes, which is 1 but for rounding (bfloat16 has 8 bits)
REPEATS = 40  # fewer tell nothing of what a loss comes to
AT_REST = 0.1  # of its fall in the last quarter of the repeats: at a constant pace that is a quarter, or more
_OUTSIDE = "all elements of input should be between 0 and 1"


class ProbabilitiesExpected(CrashCheck):
    code = "LOS304"
    slug = "probabilities-expected"
    severity = Severity.ERROR

    def explain(self, crash: CrashRecord, evidence: Evidence) -> Card | None:
        given = crash.context.loss_input if crash.context else None
        if _OUTSIDE not in crash.message or given is None or given.input_range is None:
            return None
        low, high = given.input_range
        source = _spoken(given.layer, given.input_from)
        logits = given.input_from is None or given.input_from == "relu"
        return Card(
            f"This loss takes the logarithm of its input, which has to be a probability; it got{source} values from "
            f"{number(low)} to {number(high)}.",
            "Use binary_cross_entropy_with_logits (BCEWithLogitsLoss), or put a sigmoid in front of the loss."
            if logits
            else "Put a sigmoid in front of the loss in place of that activation, or give logits to "
            "binary_cross_entropy_with_logits.",
            {"input_range": [low, high], "layer": given.layer, "input_from": given.input_from},
            "probabilities in 0..1",
        )

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        yield from super().judge(evidence)
        groups: dict[tuple[Where | None, str], list[LossCall]] = {}
        for call in evidence.loss:
            if call.training and _raw(call):
                groups.setdefault((call.where, call.function), []).append(call)
        crashed = {crash.frames[-1].where for crash in evidence.crash if crash.believed and crash.frames}
        for (where, function), calls in groups.items():
            if where in crashed and function == "binary_cross_entropy":
                continue
            places = {place for place, name in groups if name == function}
            sure = (
                function == "nll_loss"
                and len(places) == 1
                and all(c.layer is not None and not c.layer_elsewhere and c.terms == 1 for c in calls)
            )
            if function == "nll_loss" and not sure and _comes_to_rest(evidence):
                continue
            yield self._raw_scores(where, function, calls, sure)

    def _raw_scores(self, where: Where | None, function: str, calls: list[LossCall], sure: bool) -> Finding:
        first = calls[0]
        source = _spoken(first.layer, first.input_from)
        place = at(first.input_from_where) if first.layer is None else ""
        if function == "binary_cross_entropy":
            low, high = first.input_range or (None, None)
            told = (
                f"which are no probabilities: so far they happened to lie in 0..1 ({number(low)} to {number(high)}), "
                f"and the first that does not ends the program."
            )
            fix = "Use binary_cross_entropy_with_logits, or put a sigmoid in front."
            wanted = "probabilities in 0..1"
        else:
            low, high = first.exp_sums or (None, None)
            told = (
                f"where log-probabilities are expected: exp of them sums to {number(low)}..{number(high)} over the "
                f"classes instead of 1."
            )
            if function == "nll_loss":
                told += (
                    f" The loss is minus the score of the right class (now {number(calls[-1].value)}): it has no "
                    f"lower bound, and nothing pushes the other classes down."
                )
            fix = (
                "Use cross_entropy, or put log_softmax in front."
                if function == "nll_loss"
                else "Put log_softmax in front."
            )
            wanted = "log-probabilities: exp sums to 1 over the classes"
        return self.finding(
            f"{function} gets{source}{place} values, {told}",
            fix
            + ("" if sure else " If they are meant as they are, and something else bounds them, this is legitimate."),
            where=where,
            severity=Severity.ERROR if sure else Severity.WARNING,
            measured={
                "function": function,
                "layer": first.layer,
                "input_from": first.input_from,
                "input_range": list(first.input_range or ()),
                "exp_sums": list(first.exp_sums or ()),
                "loss": calls[-1].value,
            },
            expected=wanted,
            explains=("LOS305",),
        )


def _comes_to_rest(evidence: Evidence) -> bool:
    """Whether the loss of one batch, repeated, fell and came to rest: minus a score alone goes on falling."""
    for record in evidence.overfit:
        losses = finite_part(record.losses)
        if record.outcome == "ran" and len(losses) >= REPEATS and len(losses) == len(record.losses):
            fell = losses[0] - losses[-1]
            return fell > 0 and losses[-len(losses) // 4] - losses[-1] <= AT_REST * fell
    return False


def _raw(call: LossCall) -> bool:
    """Whether the input of this call is certainly not what its loss expects."""
    if call.function == "binary_cross_entropy":
        return call.layer is not None
    if call.function not in _LOG or call.exp_sums is None:
        return False
    if call.function == "nll_loss" and (call.reaches_input or not call.summed):
        return False  # it picks scores
    normalised = all(abs(total - 1) <= _TOLERANCE for total in call.exp_sums)
    return not normalised and (call.layer is not None or call.input_from in _BOUNDED)


def _spoken(layer: str | None, activation: str | None) -> str:
    """ " the raw output of a linear layer:" or " the output of relu:"; "" where neither is known."""
    if layer is not None:
        return f" the raw output of a {layer} layer:"
    return f" the output of {activation}:" if activation else ""
