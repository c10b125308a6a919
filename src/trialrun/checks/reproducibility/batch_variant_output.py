"""The model's output for one sample depends on how many samples share its batch.

## Why is this bad?

A prediction is then another one when the model serves single requests than when it was validated in batches of 64, and
a last, smaller batch is scored by other rules. Where the size enters the arithmetic (a division by `len(x)`, a branch
on `x.shape[0]`, an embedding of the row's number in the batch) the outputs differ by whole factors; where a kernel for
one size is less exact than for another, by more than the rounding that any order of summing brings.

## Fix

Take the size of the batch out of what `forward` computes: means over the samples belong into the loss
(`reduction="mean"`), a number for the row out of the sample itself. Where only the precision differs, serve with the
batch size that was validated, or in float32. `trialrun numerics batch` measures the whole grid of sizes, positions and
dtypes, names the operation and says which mitigations help.

## Limits

A note. A copy of the model in eval mode is run on up to four samples alone, on two and on four of them, and on the
whole batch, in the program's precision without autocast; each sample alone in float64 too. Reported is what errs more
than 4 times as much as samples alone (or as samples alone whose weights change in their last place) and lies more than
4 ULP off at the row's maximum, and an argmax that changes though its lead in float64 is more than those errors.
Rounding is never reported, and neither are models whose samples depend on each other's values: that is MOD204. It
is skipped where MOD204's experiment told nothing, where the samples' axis of an input is not known, where the model
draws random numbers in eval mode, has no float64 or more than 2 million weights, and where an update takes more than
0.3 s. A model whose output is meant to follow the size of the batch (shares of a sum, losses divided by it) is right.

## References

Goldberg, "What every computer scientist should know about floating-point arithmetic", 1991; PyTorch documentation,
"Numerical accuracy" (batched computations).
"""

from __future__ import annotations

from collections.abc import Iterable

from trialrun.checks.base import Check
from trialrun.checks.wording import count, number
from trialrun.evidence import Evidence, sample_replaced
from trialrun.evidence import batch_size as names
from trialrun.evidence.experiments import ExperimentRecord
from trialrun.findings.finding import Finding, Severity, Verified

_GRID = "`trialrun numerics batch` measures all sizes and names the operation."


class BatchVariantOutput(Check):
    code = "NUM803"
    slug = "batch-variant-output"
    severity = Severity.NOTE
    needs = ("experiment",)

    def unjudged(self, evidence: Evidence) -> str:
        records = {record.experiment: record for record in evidence.experiment}
        record = records.get(names.NAME)
        if record is not None:
            return record.reason if record.outcome != "ran" else ""
        before = records.get(sample_replaced.NAME)
        if before is not None and before.outcome != "ran":
            return before.reason
        if before is not None and before.facts[sample_replaced.MOVED]:
            return "Samples of a batch depend on each other's values, so that none is the same alone."
        return "No sample was run alone: that experiment was not run."

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        record = evidence.experiment_named(names.NAME)
        if record is None or not record.facts[names.BEYOND]:
            return
        facts, model = record.facts, record.words[names.MODEL]
        size, by = int(facts[names.SIZE]), record.words[names.BY]
        flips = int(facts[names.FLIPS])
        yield self.finding(
            f"In eval mode the output of {model} for one sample differs with its batch: in a batch of {size} it is "
            f"{number(facts[names.ULP])} ULP ({record.words[names.DTYPE]}, at the row's maximum) from that of the "
            f"sample alone, and errs by {number(facts[names.ERROR])} of its size against float64, alone by "
            f"{number(facts[names.ERROR_ALONE])}.{_flipped(flips)} {_cause(by, facts[names.IN_FLOAT64])} If the "
            "output is meant to follow the size of the batch, this is legitimate.",
            f"{_FIXES[by]} {_GRID}",
            where=record.where,
            measured={
                "samples": int(facts[names.SAMPLES]),
                "samples_probed": int(facts[names.PROBED]),
                "batch_size": size,
                "ulp_at_row_max": facts[names.ULP],
                "error_in_batch": facts[names.ERROR],
                "error_alone": facts[names.ERROR_ALONE],
                "argmax_flips": flips,
                "change_in_float64": facts[names.IN_FLOAT64],
                "by": by,
            },
            expected="the same output up to rounding, whatever the size of the batch",
            verified=Verified(
                f"a copy of {model} run on {count(int(facts[names.PROBED]), 'sample')} alone and in batches",
                f"differences in ULP at the row's maximum: {_of_sizes(record)} (with the same batch again: none)",
            ),
            explained_by=("MOD204", "MOD205"),
            stage="probe",
        )


_FIXES = {
    names.BATCH_SIZE: "Take the batch's size (x.shape[0], len(x)) out of what forward computes.",
    names.POSITION: "Take the row's number within the batch out of what forward computes.",
    names.PRECISION: "Serve with the batch size that was validated, or in float32.",
}


def _cause(by: str, change: float) -> str:
    if by == names.PRECISION:
        return "In float64 both agree: the precision of the operations differs with the size."
    held = "the place in the batch" if by == names.POSITION else "the batch's size"
    return (
        f"In float64 it changes by {number(change)} of its size too, and not with other samples' values: {held} enters "
        "the computation."
    )


def _flipped(flips: int) -> str:
    return f" The largest number of {count(flips, 'row')} is another one, where float64 has no tie." if flips else ""


def _of_sizes(record: ExperimentRecord) -> str:
    sizes = range(2, int(record.facts[names.SAMPLES]) + 1)
    seen = [(size, record.facts[names.ulp_of(size)]) for size in sizes if names.ulp_of(size) in record.facts]
    return ", ".join(f"{number(ulp)} in a batch of {size}" for size, ulp in seen)
