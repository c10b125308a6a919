"""One batch, repeated again and again, was not learnt.

## Why is this bad?

A network with many more weights than targets can learn a single batch by heart. With dropout and weight decay off and
the same items each time, its loss should fall to the least this loss can reach. If it stays where it began, no amount
of data and no number of epochs will help.

## Fix

Look for the cause in this order: a learning rate far too high (the loss jumps about or ends as NaN) or far too low (it
hardly moves); an optimiser that holds other parameters than those of the model that runs; activations that are all zero
or saturated; inputs that do not depend on the sample (an index that is not used, a tensor that is overwritten), so
that the targets are no function of them; a loss that gets something else than the model's output, or pairs it with the
wrong targets.

## Limits

Judged only where the least loss is known (class indices, soft targets, plain squared and absolute errors). A loss that
stays where it began counts only if the model is not linear in its weights and has at least ten weights for each target,
if no two samples with different targets have the same output (a table with few columns: equal inputs cannot be told
apart; only one output for all samples counts, and is right where a bare distribution is to be learnt from one input),
and if at least 200 repeats were run, most of those that were planned; one that ends as NaN or rises for good needs
less. A loss that is still falling, however slowly, one that came half of the way, programs with several optimisers or
several losses, a learning rate that the program raises as it goes, and a start so near to the least loss that little
was left to learn are no finding; what could not be judged is listed with its reason. Deep nets with saturating
activations can sit still for thousands of updates and then learn: a better initialisation or normalisation shortens
that. Where another finding names the cause, this one is told with it.

## References

A. Karpathy, "A Recipe for Training Neural Networks" (2019): overfit one batch before anything else. All thresholds are
this project's own choices; they stand in `evidence/overfit_verdict.py`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import pairwise
from statistics import median

from trialrun.checks.base import Check
from trialrun.checks.wording import number, numbers
from trialrun.evidence import Evidence
from trialrun.evidence.loss_curve import finite_part
from trialrun.evidence.overfit_verdict import NO_VERDICT, NOT_LEARNT, judged
from trialrun.evidence.repeats import OverfitRecord
from trialrun.findings.finding import Finding, Severity

# Each of these by itself can keep a batch from being learnt.
_CAUSES = (
    *("DAT101", "DAT103", "GRD401", "GRD402", "GRD403", "GRD407", "LOS301", "LOS302", "LOS303", "LOS306"),
    *("LOS304", "LOS307", "LOS308", "LOS311"),
    *("MOD201", "OPT501", "OPT505"),
    *("MOD202", "MOD204", "MOD205", "MOD206", "MOD207", "MOD208", "MOD209", "MOD210", "MOD212"),
    *("DAT102", "GRD404", "GRD405", "MOD211"),
    *("GRD406", "OPT502", "OPT503", "OPT504", "OPT508", "NUM802"),
)
_HARDLY = 1e-3  # of the distance to the floor: the weights hardly move
_JUMPS = 0.05  # of that distance, from one repeat to the next


class CannotOverfit(Check):
    code = "TRN601"
    slug = "cannot-overfit"
    severity = Severity.WARNING
    needs = ("overfit",)

    def unjudged(self, evidence: Evidence) -> str:
        given = judged(evidence)
        return given.sentence if given is not None and given.word == NO_VERDICT else ""

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        given = judged(evidence)
        if given is None or given.word != NOT_LEARNT:
            return
        record = evidence.overfit[-1]
        losses = finite_part(record.losses)
        first, best = losses[0], min(losses)
        rates = f" The learning rate was held at {numbers(record.learning_rates)}." if record.learning_rates else ""
        shares = record.accuracy
        right = f" Right classes: {shares[0]:.0%} at first, {max(shares):.0%} at best." if shares else ""
        same = (
            " In the end the output was the same for all samples: their inputs do not differ, or do not get through. "
            "If they are equal on purpose (a distribution learnt without inputs), this is legitimate."
            if record.one_output
            else ""
        )
        yield self.finding(
            f"One batch was repeated {len(record.losses):,} times and not learnt. {given.sentence}{right}{rates}{same}",
            _fix(record),
            where=record.where,
            measured={
                "first_loss": first,
                "best_loss": best,
                "last_loss": record.losses[-1],
                "floor": record.floor,
                "floor_source": record.floor_source,
                "repeats": len(record.losses),
                "learning_rates": list(record.learning_rates),
            },
            expected=f"a loss near its floor of {number(record.floor)}",
            explained_by=_CAUSES,
            stage="overfit",
        )


def _fix(record: OverfitRecord) -> str:
    """What to look for, the likeliest first by how the loss moved."""
    losses = finite_part(record.losses)
    distance = abs(losses[0] - (record.floor or 0.0))
    jump = median(abs(b - a) for a, b in pairwise(losses)) if len(losses) > 1 else 0.0
    lower = "a learning rate ten to a hundred times lower"
    higher = "a learning rate ten to a hundred times higher"
    rest = (
        "that the optimiser holds the parameters of the model that runs; that its activations are not all zero or "
        "saturated (the layer table shows it); that the inputs differ from sample to sample and the targets belong to "
        "them; that the loss gets the model's output; that nothing turns gradients round or puts weights back."
    )
    if not math.isfinite(record.losses[-1]) or losses[-1] > losses[0] + distance or jump > _JUMPS * distance:
        return f"Try {lower}: the loss is thrown about. If that does not help, see {rest}"
    if max(losses) - min(losses) < _HARDLY * distance:
        return f"Try {higher}: the loss hardly moves. If that does not help, see {rest}"
    return f"See {rest} If all that is so, try {lower}, then {higher}."
