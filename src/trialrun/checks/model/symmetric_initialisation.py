"""All units of a layer start alike and get the same gradient, so they stay copies of one unit.

## Why is this bad?

Units of a layer that have equal weights compute the same output. When what follows treats them alike too, their
gradients are equal, and so are their weights after every update: the layer has the capacity of a single unit, however
wide it is. It is the result of filling weights with a constant (`nn.init.constant_`, `fill_`, `torch.zeros`).

## Fix

Initialise weights at random (`nn.init.kaiming_uniform_`, `nn.init.xavier_uniform_`, or leave PyTorch's default); only
biases may start at a constant.

## Limits

Judged from what training does, not from the initial values: heads, gates, residual branches and low-rank adapters that
start at zero get a different gradient for each unit in their first or second step, and are passed over. So are layers
that dropout, positions or different inputs tell apart, weights with a gradient hook (it may tie them on purpose), and
a last layer that alone is so: its units are outputs for equal targets. Two updates or more must have changed the
layer, and its units may differ by no more than rounding (a thousandth of the change, and of the gradient). A layer
whose units are alike and never got a gradient other than 0 while the rest of the network is updated is a warning: a
network of zeros does this, and so does a branch that is switched off at first. Linear and convolution layers are
looked at; the gates of recurrent layers are not. Loaded weights are a warning.

## References

Goodfellow, Bengio and Courville, Deep Learning (2016), section 8.4: initial parameters need to break symmetry.
"""

from __future__ import annotations

from collections.abc import Iterable

from trialrun.checks.base import Check
from trialrun.checks.wording import count, names, number
from trialrun.evidence import Evidence
from trialrun.evidence.symmetry import AlikeUnits
from trialrun.findings.finding import Finding, Severity

ENOUGH_UPDATES = 2  # units that start alike on purpose are told apart by their second gradient
ENOUGH_ZEROS = 3
ROUNDING = 1e-3  # of the change: equal sums taken in another order differ by about 1e-7, which optimisers enlarge


class SymmetricInitialisation(Check):
    code = "MOD210"
    slug = "symmetric-initialisation"
    severity = Severity.ERROR
    needs = ("update",)

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        copies = [layer for layer in evidence.alike_units if _stays_alike(layer)]
        if copies and not (len(copies) == 1 and _gives_output(copies[0], evidence)):
            yield self._copies(evidence, copies)
        still = [layer for layer in evidence.alike_units if _gets_nothing(layer)]
        if still and not copies:
            yield self._still(evidence, still)

    def _copies(self, evidence: Evidence, layers: list[AlikeUnits]) -> Finding:
        first = layers[0]
        loaded = all(layer.loaded for layer in layers)
        message = (
            f"{first.name} of {first.root} ({first.cls}) started with {count(first.units, 'equal unit')}, and "
            f"{count(first.updates, 'update')} gave all of them the same gradient: each changed by "
            f"{number(first.change)} (L2), and they differ by {number(first.spread)} at most. "
            f"The layer computes one feature {first.units} times."
        )
        if len(layers) > 1:
            message += f" So do {names([layer.name for layer in layers[1:]])}."
        if loaded:
            message += " The weights were loaded; if copies are meant to start alike, this is legitimate."
        return self._finding(evidence, message, layers, Severity.WARNING if loaded else Severity.ERROR)

    def _still(self, evidence: Evidence, layers: list[AlikeUnits]) -> Finding:
        first = layers[0]
        message = (
            f"{first.name} of {first.root} ({first.cls}) started with {count(first.units, 'equal unit')} and got a "
            f"gradient of exactly 0 in all {count(first.updates, 'update')}"
            + (f", as did {names([layer.name for layer in layers[1:]])}" if len(layers) > 1 else "")
            + ": it can't begin to learn. If the branch is switched on later, this is legitimate."
        )
        return self._finding(evidence, message, layers, Severity.WARNING)

    def _finding(self, evidence: Evidence, message: str, layers: list[AlikeUnits], severity: Severity) -> Finding:
        built = next((record.where for record in evidence.optimiser if record.where), None)
        return self.finding(
            message,
            "Initialise the weights at random, for instance with nn.init.kaiming_uniform_; biases may be constant.",
            where=next((layer.initialised for layer in layers if layer.initialised), built),
            severity=severity,
            measured={
                "layers": [f"{layer.root}.{layer.name}" for layer in layers],
                "units": layers[0].units,
                "updates": layers[0].updates,
                "change": layers[0].change,
                "spread": layers[0].spread,
                "gradient_spread": layers[0].gradient_spread,
            },
            expected="units that differ, at the latest after the second update",
        )


def _stays_alike(layer: AlikeUnits) -> bool:
    return (
        min(layer.updates, layer.moving_updates) >= ENOUGH_UPDATES
        and layer.gradient > 0
        and layer.change > 0
        and layer.spread <= ROUNDING * layer.change
        and layer.gradient_spread <= ROUNDING * layer.gradient
    )


def _gives_output(layer: AlikeUnits, evidence: Evidence) -> bool:
    """Whether its units are the outputs of the model: then equal targets keep them equal, not how they began."""
    rows = [row for row in evidence.layer if row.root == layer.root]
    last = next((row for row in reversed(rows) if row.parameters), None)
    whole = next((row for row in rows if not row.name), None)
    return (
        last is not None
        and whole is not None
        and last.name == layer.name.rpartition(".")[0]
        and set(last.output_shapes) <= set(whole.output_shapes)
    )


def _gets_nothing(layer: AlikeUnits) -> bool:
    return (
        layer.updates >= ENOUGH_ZEROS
        and layer.gradient == layer.gradient_spread == layer.change == layer.spread == 0
        and not layer.loaded
    )
