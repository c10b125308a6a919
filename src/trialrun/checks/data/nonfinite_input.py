"""A batch holds NaN or infinite values.

## Why is this bad?

One NaN in an input makes every output that depends on it NaN, then the loss, then every gradient; after the next
optimiser step all weights are NaN and the run is lost. The usual sources are missing values in a table, a division by
a standard deviation of zero, a logarithm of zero, or a file that was read with the wrong type.

## Fix

Find the samples named by the index, then drop or fill them before training: `frame.dropna()`, `frame.fillna(...)`,
`torch.nan_to_num(x)`, and add a small constant to the divisor when standardising.

## Limits

NaN is sometimes a mask that the script replaces before the model sees it, and an attention mask may hold `-inf`. So
the finding is an error only when an update on such a batch left weights non-finite that had been finite, and nothing
put them back. It is a note when no loss of such a step was NaN or infinite: then the script masks the values or leaves
them out. Otherwise it is a warning.

## References

IEEE 754-2019, 6.2 (operations with quiet NaNs).
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from trialrun.checks.base import Check
from trialrun.checks.ruin import broken_by_step, first_ruining_update
from trialrun.checks.wording import count, number, percent, shape
from trialrun.evidence import Evidence
from trialrun.evidence.place import Where
from trialrun.evidence.tensors import BatchRecord
from trialrun.findings.finding import Finding, Severity


class NonfiniteInput(Check):
    code = "DAT101"
    slug = "nonfinite-input"
    severity = Severity.ERROR
    needs = ("batch",)

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        affected = [record for record in evidence.batch if any(card.nonfinite_count for card in record.tensors)]
        if not affected:
            return
        batch = affected[0]
        card = next(card for card in batch.tensors if card.nonfinite_count)
        ruin = _first_ruined_step(evidence)
        fatal = ruin is not None and any(record.step == ruin[0] for record in affected)
        reached = {record.step for record in affected}
        losses = [update.loss for update in evidence.update if update.step in reached]
        harmless = bool(losses) and all(loss is not None and math.isfinite(loss) for loss in losses)
        computed = broken_by_step(evidence, batch.step)
        after = ruin is not None and batch.step > ruin[0]
        steps = max(evidence.steps, len({record.step for record in evidence.batch}))
        elements = math.prod(card.shape)
        message = (
            f"Tensor `{card.key}` {shape(card.shape)} of the batch of step {batch.step} holds "
            f"{count(card.nonfinite_count, 'NaN or infinite value')} of {number(elements)} "
            f"({percent(card.nonfinite_count / max(1, elements))}), the first at index {shape(card.nonfinite_first)}; "
            f"the batches of {len(reached)} of {count(steps, 'step')} hold such values."
        )
        outcome = " No loss of theirs was NaN or infinite." if harmless else " The weights stayed finite."
        yield self.finding(
            message + (f" {ruin[1]}" if fatal and ruin else outcome),
            "Drop or fill these values before training (dropna, fillna, torch.nan_to_num), and look for a "
            "division by a standard deviation of 0 or a logarithm of 0 in the preparation."
            + ("" if fatal else " If they are a mask that the model replaces, this is legitimate."),
            where=_source(batch, evidence),
            severity=Severity.ERROR if fatal else Severity.NOTE if harmless else Severity.WARNING,
            measured={
                "key": card.key,
                "nonfinite": card.nonfinite_count,
                "elements": elements,
                "first_index": list(card.nonfinite_first or ()),
                "batches": len(reached),
            },
            expected="finite values in every batch",
            explains=("LOS306",) if fatal and not computed else (),
            explained_by=("GRD406", "LOS306") if after else ("LOS306",) if computed else (),
        )


def _first_ruined_step(evidence: Evidence) -> tuple[int, str] | None:
    """The step whose update left weights that are not finite, and the sentence that says so."""
    update = first_ruining_update(evidence)
    if update is None:
        return None
    parameters = count(update.nonfinite_parameters, "parameter")
    return (
        update.step,
        f"The loss of step {update.step} is {number(update.loss)}; its update left {parameters} non-finite.",
    )


def _source(batch: BatchRecord, evidence: Evidence) -> Where | None:
    """The training loop that drew the batch; for tensors of no loop item, the call that received them."""
    loops = [loop.where for loop in evidence.loop if loop.kind == "training"]
    if batch.where is None or batch.source not in ("loader", "loop item"):
        return batch.where
    here = [loop for loop in loops if (loop.file, loop.function) == (batch.where.file, batch.where.function)]
    above = [loop for loop in here if loop.line <= batch.where.line]
    if above:
        return max(above, key=lambda loop: loop.line)
    return loops[0] if len(loops) == 1 else batch.where
