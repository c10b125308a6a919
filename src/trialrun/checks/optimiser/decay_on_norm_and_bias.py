"""Weight decay is applied to normalisation layers and biases as well.

## Why is this bad?

Decay pulls every weight towards 0. For the matrices of linear and convolutional layers that limits the function they
can represent; the scale of a normalisation layer belongs at 1 and a bias anywhere, so pulling them to 0 only works
against the fit. Recipes for language and vision models leave them out, and the difference is mostly small.

## Fix

Give the optimiser two groups: parameters of two or more dimensions with the decay, the others with `weight_decay=0`.

## Limits

A note, and only for a decay of 0.01 or more on a model that has a normalisation layer: much that trains well decays
everything. Note that AdamW decays by 0.01 unless told otherwise.

## References

Loshchilov and Hutter, "Decoupled weight decay regularization", 2019; He et al., "Bag of tricks for image
classification with convolutional neural networks", 2019, section 3.1.
"""

from __future__ import annotations

from collections.abc import Iterable

from trialrun.checks.base import Check
from trialrun.checks.wording import count, names, number, optimiser_name
from trialrun.evidence import Evidence
from trialrun.evidence.model import ParameterRecord
from trialrun.findings.finding import Finding, Severity

LEAST_DECAY = 0.01  # AdamW's own; below it the pull is lost beside the gradient


class DecayOnNormAndBias(Check):
    code = "OPT509"
    slug = "decay-on-norm-and-bias"
    severity = Severity.NOTE
    needs = ("optimiser", "parameter")

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        for optimiser in evidence.optimiser:
            decayed = [
                p
                for p in evidence.parameter
                if optimiser.id in p.optimisers and p.weight_decay >= LEAST_DECAY and p.root and p.requires_grad
            ]
            scales = [p for p in decayed if _is_scale(p)]
            biases = [p for p in decayed if _last(p) == "bias" and len(p.shape) == 1]
            if not optimiser.steps or not scales or len(scales) + len(biases) == len(decayed):
                continue
            decay = max(p.weight_decay for p in scales)
            yield self.finding(
                f"{optimiser_name(optimiser)} applies a weight decay of {number(decay)} to "
                f"{count(len(scales), 'normalisation scale')} ({names([p.name for p in scales])}) and "
                f"{count(len(biases), 'bias vector')}.",
                "Put parameters of one dimension into a group of their own with weight_decay=0.",
                where=optimiser.where,
                measured={
                    "weight_decay": decay,
                    "scales": [p.name for p in scales],
                    "biases": [p.name for p in biases],
                },
                expected="decay on the matrices alone",
            )


def _last(parameter: ParameterRecord) -> str:
    return parameter.name.rpartition(".")[2]


def _is_scale(parameter: ParameterRecord) -> bool:
    """A ``weight`` of one dimension: torch's normalisations have one, its other layers none but ``PReLU``.

    One of the model itself, which is more than a normalisation, is something else: the coefficients of a polynomial.
    """
    layer = _last(parameter) == "weight" and bool(parameter.module)
    return layer and len(parameter.shape) == 1 and parameter.numel > 1
