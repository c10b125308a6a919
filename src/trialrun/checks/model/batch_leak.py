"""The model's output for one sample depends on which other samples share its batch.

## Why is this bad?

A prediction has to be about its own sample. Where an operation runs along the axis of the samples (`nn.LSTM` and
`nn.MultiheadAttention` take axis 0 for time unless told `batch_first=True`; `softmax`, `mean` or `normalize` with the
wrong `dim`), or `view` and `reshape` cut a batch anew where `transpose` was meant, each prediction is a mixture of
several samples. Training may still come down; with another batch size, another order or a single sample the same input
then gets another answer.

## Fix

Give the operation the axis of one sample. To exchange axes use `transpose` or `permute`; `view` and `reshape` keep the
order of the numbers and only cut them elsewhere.

## Limits

A copy of the model, in eval mode and double precision, is run on the batch and on the batch with its first sample
replaced by another one; the outputs of all others are compared, and the first operation that mixes samples is named.
An error needs a loader whose default collation proves which axis is the batch, losses that compare each sample with
its own target, and a `view` or `reshape` that moves the numbers of one sample to several places of an axis as long as
the batch. All else is a warning: attention between samples, statistics of a minibatch, sets and centring by the batch
are right and look the same. Nothing is said of normalisation that is told to keep no running statistics, of a
recurrent layer or a convolution along batches that a loader reads in order (they may be one time series), of models
that draw random numbers in eval mode, and of tables of pairs of samples (contrastive logits). It is skipped where no
axis is proven, the model cannot be copied, or its output has no axis of the samples.

## References

PyTorch documentation, `torch.nn.LSTM` and `torch.nn.MultiheadAttention` (`batch_first`), `torch.Tensor.view`.
"""

from __future__ import annotations

from collections.abc import Iterable

from trialrun.checks.base import Check
from trialrun.checks.wording import number
from trialrun.evidence import Evidence
from trialrun.evidence import sample_replaced as names
from trialrun.evidence.experiments import ExperimentRecord
from trialrun.findings.finding import Finding, Severity, Verified

_RECURRENT = frozenset(("lstm", "gru", "rnn_tanh", "rnn_relu"))
_ATTENTION = frozenset(("multi_head_attention_forward", "scaled_dot_product_attention"))
_CONVOLUTIONS = frozenset(("conv1d", "conv2d", "conv3d"))
_REDUCTIONS = frozenset(
    (
        *("softmax", "log_softmax", "mean", "sum", "std", "var", "norm", "normalize", "vector_norm", "amax", "amin"),
        *("max", "min", "logsumexp", "cumsum", "cumprod", "layer_norm", "sort", "argsort"),
    )
)
# Asked for by an option of their own: batch statistics without running ones, ranges that quantisation observes.
_ON_PURPOSE = frozenset(("batch_norm", "instance_norm", "fused_moving_avg_obs_fake_quant"))
# Losses that compare each sample with its own target.
_PER_SAMPLE = frozenset(("cross_entropy", "nll_loss", "mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss")) | {
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
}


class BatchLeak(Check):
    code = "MOD204"
    slug = "batch-leak"
    severity = Severity.ERROR
    needs = ("experiment",)

    def unjudged(self, evidence: Evidence) -> str:
        records = [record for record in evidence.experiment if record.experiment == names.NAME]
        if not records:
            return "No sample of a batch was replaced: that experiment was not run."
        return records[-1].reason if records[-1].outcome != "ran" else ""

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        record = evidence.experiment_named(names.NAME)
        if record is None or not record.facts[names.MOVED] or _is_meant(record, evidence):
            return
        samples, moved = int(record.facts[names.SAMPLES]), int(record.facts[names.MOVED])
        model, operation = record.words[names.MODEL], record.words.get(names.OPERATION, "")
        sure = record.words.get(names.KIND) == names.SPREAD and _own_targets(evidence, samples)
        most = number(record.facts[names.LARGEST])
        message = (
            f"In eval mode, with one of {samples} samples replaced by another, the output of {model} changed for "
            f"{moved} of the {samples - 1} other samples as well, by up to {most} of its standard deviation. "
            f"{_first(record)}"
        )
        if not sure:
            message += (
                " If samples are meant to see each other (attention between samples, statistics of the batch), this "
                "is legitimate."
            )
        yield self.finding(
            message.replace("  ", " "),
            _fix(operation, record.words.get(names.INPUT, "")),
            where=record.where,
            severity=Severity.ERROR if sure else Severity.WARNING,
            measured={
                "samples": samples,
                "other_samples_moved": moved,
                "largest_change": record.facts[names.LARGEST],
                "operation": operation,
                "module": record.words.get(names.MODULE, ""),
            },
            expected="the output for a sample depends on that sample alone",
            verified=Verified(
                f"a copy of {model} run with one sample replaced",
                f"{moved} of {samples - 1} other outputs change (with the same batch again: none)",
            ),
            explains=("TRN601",),
            explained_by=("MOD205", "LOS312"),
            stage="probe",
        )


def _is_meant(record: ExperimentRecord, evidence: Evidence) -> bool:
    operation = record.words.get(names.OPERATION, "")
    in_order = any(loader.training and loader.sequential for loader in evidence.loader)
    return operation in _ON_PURPOSE or (operation in _RECURRENT | _CONVOLUTIONS and in_order)


def _own_targets(evidence: Evidence, samples: int) -> bool:
    """Whether every loss of training compares each sample of a batch with a target of its own."""
    calls = [call for call in evidence.loss if call.training]
    return any((call.target_shape or ())[:1] == (samples,) for call in calls) and all(
        call.function in _PER_SAMPLE and (call.input_shape or ())[:1] == (call.target_shape or ())[:1] for call in calls
    )


def _first(record: ExperimentRecord) -> str:
    """The sentence about the operation, "" where none is known."""
    operation = record.words.get(names.OPERATION)
    if operation is None:
        return ""
    module = record.words[names.MODULE]
    inside = f" in `{module}` ({record.words[names.CLASS]})" if module else ""
    given, made = record.words[names.INPUT], record.words[names.RESULT]
    told = f"The first operation to mix samples is `{operation}`{inside}, from {given} to {made}"
    if record.words[names.KIND] == names.SPREAD:
        return f"{told}: it cuts the numbers anew in the order they stand in, so parts of one sample get into others."
    if operation in _RECURRENT or operation in _ATTENTION:
        return f"{told}: it goes along the axis of the samples as if that were time."
    if operation in _REDUCTIONS:
        return f"{told}: it goes over the axis of the samples."
    return f"{told}."


def _fix(operation: str, given: str) -> str:
    if operation in ("view", "reshape", "flatten", "unflatten", "view_as", "reshape_as"):
        return "Exchange axes with transpose or permute; then reshape with the axis of the samples kept as it is."
    if operation in _ATTENTION and given.split(", ")[1:2] == ["1"]:  # one sequence, whose members are the samples
        return "If each sample is a sequence of its own, give it that axis: x.unsqueeze(1), with batch_first=True."
    if operation in _RECURRENT or operation in _ATTENTION:
        return "Build the layer with batch_first=True, or hand it the axis of time first (x.transpose(0, 1))."
    if operation in _REDUCTIONS:
        return f"Give {operation} an axis of one sample, not that of the batch: mostly dim=1 or dim=-1."
    return "Keep the axis of the samples out of what this operation combines."
