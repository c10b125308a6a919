"""When NaN or infinity got into the weights for good."""

from __future__ import annotations

from trialrun.checks.absence import mentioned
from trialrun.checks.wording import finite
from trialrun.evidence import Evidence
from trialrun.evidence.model import UpdateRecord

ENOUGH_LATER = 2  # losses; a single one may come of a batch that does not use the weights
LOOKS_FOR_IT = frozenset({"isfinite", "isnan", "isinf"})


def first_ruining_update(evidence: Evidence) -> UpdateRecord | None:
    """The first update after which weights that had been finite stayed non-finite.

    A script that looks at the weights, be it only after an epoch, and rolls bad updates back has lost nothing, and
    entries that are infinite on purpose (forbidden transitions) were so before the update.
    """
    for position, update in enumerate(evidence.update):
        following = [u for u in evidence.update[position + 1 :] if u.optimiser == update.optimiser]
        if update.nonfinite_parameters and _stays(update, following):
            return update
    return None


def broken_by_step(evidence: Evidence, step: int) -> bool:
    """Whether what is not finite in the batch of ``step`` are targets that the program itself made so in its loop.

    An operation on finite numbers that did so in two steps stands in the loop; in one step alone it may stand in the
    preparation of the data in front of it.
    """
    sources = {b.source for b in evidence.batch if b.step == step and any(card.nonfinite_count for card in b.tensors)}
    made = [record for record in evidence.nonfinite if record.operation != "backward"]
    here = {record.where for record in made if record.step == step}
    again = {record.where for record in made if record.step != step}
    return sources == {"loss target"} and bool(here & again)


def contained(evidence: Evidence, ruining: UpdateRecord) -> bool:
    """Whether training went on past ``ruining``: the losses of the updates after it are finite, and not all masked.

    NaN in the weights of one network makes every loss NaN, or 0 where that is masked. Only weights apart from the rest
    (a member of an ensemble that is given up) leave the loss as it is.
    """
    later = [u for u in evidence.update if u.step > ruining.step and u.optimiser == ruining.optimiser]
    return len(later) >= ENOUGH_LATER and all(finite(update.loss) and update.loss for update in later)


def one_of_a_sweep(evidence: Evidence, ruining: UpdateRecord) -> bool:
    """Whether the same line built optimisers for other models, which came through, in a program that looks for NaN.

    A sweep over settings that finds where training is lost ends so on purpose.
    """
    line = {record.id: record.where for record in evidence.optimiser}
    built = line.get(ruining.optimiser)
    ruined = {update.optimiser for update in evidence.update if update.nonfinite_parameters or update.nonfinite_before}
    trained = {record.id for record in evidence.optimiser if record.where == built and record.changed}
    return built is not None and bool(trained - ruined) and mentioned(evidence, LOOKS_FOR_IT)


def _stays(update: UpdateRecord, following: list[UpdateRecord]) -> bool:
    if not following:  # nothing came after it that could have put them back, but then only a wild update is believed
        return not finite(update.loss) and not finite(update.gradient_norm)
    if update.optimiser < 0:  # what was before an update by hand is not looked at
        return following[0].nonfinite_parameters > 0
    return all(_still_ruined(later) for later in following)


def _still_ruined(update: UpdateRecord) -> bool:
    """Whether the weights were not finite in front of ``update``; where nobody looked its loss has to show it."""
    if update.nonfinite_before is None:
        return update.loss is not None and not finite(update.loss)
    return update.nonfinite_before > 0
