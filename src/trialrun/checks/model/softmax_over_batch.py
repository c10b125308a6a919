"""A softmax runs over the samples of a batch instead of over the classes.

## Why is this bad?

Over the batch axis the probabilities of one class add up to 1 across the samples, not those of one sample across the
classes. Every sample's prediction then depends on which others share its batch; no class can be likely for more than
one of them at a time, so the loss can't fall to where it should, and a single sample always gets probability 1.
`dim=0` was meant to be `dim=1` or `dim=-1`, or no `dim` was given for an input of three axes, where it means 0.

## Fix

Give the axis of the classes (or of the positions that are attended to): `softmax(x, dim=-1)`.

## Limits

An error needs proof on both sides: the loss compares each sample with its own target (cross-entropy, NLL, squared or
absolute error against class probabilities), its input is the softmax's output itself, and that output sums to 1 over
axis 0, the samples, and not over the classes. Targets that number the samples of the batch (InfoNCE, retrieval in
both directions) are passed over, and so are weights of whole samples, pairs of samples (attention between samples,
dual softmax) and ranking lists. With several losses at once it is a warning, and so it is where NLL or KL meets scores
that no layer with a bias made: proxies of classes may be compared with the batch. A warning, too, is a softmax in the
middle of a model whose axis has the length of the loader's batch while no other axis of input or scores has: routing
of experts to samples and prototypes that attend to a batch are right and look the same. Where one batch, repeated, is
learnt with the softmax over the classes and far less as it is, the finding tells both losses.

## References

PyTorch documentation, `torch.nn.Softmax`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from trialrun.checks.base import Check
from trialrun.checks.replaying import verified_by
from trialrun.checks.wording import at, count, shape
from trialrun.evidence import Evidence
from trialrun.evidence import sample_replaced as names
from trialrun.evidence.replays import SOFTMAX_OVER_CLASSES
from trialrun.evidence.softmaxes import SoftmaxUse
from trialrun.findings.finding import Finding, Severity, Verified

# A softmax in the middle of a model is judged from the length of its axis alone: one use may be chance.
ENOUGH_USES = 2
# Losses of log-probabilities alone can be those of proxies, whose scores have no bias: over a batch it would cancel.
CONTRASTS = frozenset({"nll_loss", "kl_div"})


class SoftmaxOverBatch(Check):
    code = "MOD205"
    slug = "softmax-over-batch"
    severity = Severity.ERROR
    needs = ("update",)

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        places = {call.where for call in evidence.loss if call.training}
        told = set()
        for use in evidence.softmax:
            if use.over_samples > use.pairing and 2 * use.over_samples > use.uses and use.where not in told:
                told.add(use.where)
                shown = verified_by(evidence, SOFTMAX_OVER_CLASSES) or _verified(use, evidence)
                yield replace(self._of_classes(use, alone=len(places) <= 1), verified=shown)
        for use in evidence.softmax:
            if not use.loss and _over_a_loaders_batch(use) and use.where not in told:
                told.add(use.where)
                yield replace(self._in_between(use), verified=_verified(use, evidence))

    def _of_classes(self, use: SoftmaxUse, alone: bool) -> Finding:
        samples, classes = use.loss_shape[0], use.loss_shape[1]
        message = (
            f"This {use.function} runs over axis {use.axis} of {shape(use.shape)}, and {use.loss}{at(use.loss_where)} "
            f"compares its output {shape(use.loss_shape)} sample by sample with targets {shape(use.target_shape)}: "
            f"each of the {classes} classes sums to 1 over {count(samples, 'sample')}, in {use.over_samples} of "
            f"{count(use.uses, 'backward')}, and a sample's classes do not."
        )
        contrast = use.loss in CONTRASTS and use.biased < use.uses
        if contrast:
            message += (
                " If the columns are proxies that tell their own samples from the rest of the batch, it is legitimate."
            )
        if not alone:
            message += " Other losses are used as well; if this one compares samples with each other, it is legitimate."
        return self.finding(
            message,
            "Normalise over the classes: dim=1, or dim=-1 when they come last.",
            where=use.where,
            severity=Severity.ERROR if alone and not contrast else Severity.WARNING,
            measured={
                "function": use.function,
                "axis": use.axis,
                "shape": list(use.shape),
                "loss": use.loss,
                "uses": use.uses,
                "uses_over_samples": use.over_samples,
            },
            expected="the classes of each sample sum to 1",
        )

    def _in_between(self, use: SoftmaxUse) -> Finding:
        sizes = ", ".join(f"{size:,}" for size in use.batch_sizes)
        return self.finding(
            f"This {use.function} runs over axis {use.axis} of {shape(use.shape)}, which in {use.batch_axis} of "
            f"{count(use.uses, 'backward')} had as many elements as the loader's batch had samples ({sizes}), and "
            f"no other axis had: each sample's weights depend on the other samples. If samples are meant to compete "
            f"(routing to experts, prototypes), this is legitimate.",
            "Normalise over the positions or classes of one sample, mostly dim=1 or dim=-1.",
            where=use.where,
            severity=Severity.WARNING,
            measured={
                "function": use.function,
                "axis": use.axis,
                "shape": list(use.shape),
                "batch_sizes": list(use.batch_sizes),
                "uses": use.uses,
            },
            expected="a softmax over an axis that belongs to one sample",
        )


def _over_a_loaders_batch(use: SoftmaxUse) -> bool:
    others = [size for axis, size in enumerate(use.shape) if axis != use.axis]
    per_sample = any(size > 1 for size in others)  # else it weighs whole samples, which is done on purpose
    return per_sample and use.uses >= ENOUGH_USES and use.batch_axis == use.uses


def _verified(use: SoftmaxUse, evidence: Evidence) -> Verified | None:
    """What came of replacing one sample, where this softmax was found to be what carries it on to others."""
    record = evidence.experiment_named(names.NAME)
    if record is None or record.where != use.where or not record.facts[names.MOVED]:
        return None
    moved, others = int(record.facts[names.MOVED]), int(record.facts[names.SAMPLES]) - 1
    return Verified(
        "one sample of the batch replaced",
        f"the model's output changes for {moved} of the {others} others (with the same batch again: none)",
    )
