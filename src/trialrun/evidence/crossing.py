"""Predictions (N, 1) that met targets (N,): which operations crossed them, and what a replay says of it."""

from __future__ import annotations

import math
import re

from trialrun.evidence.program import WarningRecord
from trialrun.evidence.rehearsal import Evidence
from trialrun.evidence.replays import ALIGNED_SHAPES, LEARNS, replay

ORDER_MATTERS = "order_of_targets"  # share of the loss by which another order of the targets changes it
LEARNT = "loss_as_learnt"  # after the repeats of the program as it is
ONE_FOR_ALL = "loss_with_one_prediction_for_all"  # the least of it there, where every prediction is the same number
ONE_EVERYWHERE = "loss_with_one_output_for_all"  # the same, for other terms of the loss too
LEARNT_TURNED = "loss_with_outputs_turned"  # as learnt, but each sample's output is that of the sample before it
SAME = 1e-4  # of the loss: no more than the order in which numbers are added up changes
APART = 0.1  # of the loss: with one prediction for all it is at least so much higher where predictions have to differ
BELOW = 1e-3  # of the first loss: what goes further below its floor has another floor

# What mse_loss, l1_loss, smooth_l1_loss and huber_loss of torch.nn.functional say of two sizes.
_WARNED = re.compile(
    r"Using a target size \(torch\.Size\(\[([\d, ]*)\]\)\) that is different to the input size "
    r"\(torch\.Size\(\[([\d, ]*)\]\)\)"
)
_WARNING = frozenset(("mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss"))


def warned_sizes(record: WarningRecord) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """Shapes of input and target that PyTorch warned of, where they are a column and a flat one."""
    found = _WARNED.match(record.message)
    if found is None:
        return None
    target, prediction = (tuple(int(size) for size in text.split(",") if size.strip()) for text in found.groups())
    column, flat = sorted((target, prediction), key=len, reverse=True)
    crossed = len(flat) == 1 and column == (flat[0], 1) and flat[0] > 1
    return (prediction, target) if crossed else None


def crossing_operations(evidence: Evidence) -> frozenset[str]:
    """The operations that crossed them: those seen, and those that may have given PyTorch's own warning."""
    seen = {pair.operation for pair in evidence.broadcast}
    warned = any(warned_sizes(record) for record in evidence.warning)
    return frozenset(seen) | (_WARNING if warned else frozenset())


def crossing_is_no_purpose(evidence: Evidence) -> bool:
    """Whether the loss is a plain mean over all pairs, and with the pairs that were meant the batch is learnt.

    A mean over pairs that says something of each pair (a kernel, a ranking, the nearest one) depends on the order of
    the targets, or is no plain mean of distances, or can be learnt as it is.
    """
    record, found = evidence.experiment_named(ALIGNED_SHAPES), replay(evidence, ALIGNED_SHAPES)
    if record is None or found is None or not found.confirms or found.floor != 0 or found.control_share >= LEARNS:
        return False
    plain = record.facts.get(ORDER_MATTERS, 1.0) <= SAME
    return plain and min(found.fixed.losses) >= -BELOW * found.fixed.losses[0]


def crossing_is_on_purpose(evidence: Evidence) -> bool:
    """Whether the repeated batch came below what any one prediction for all samples gives.

    Where all pairs are averaged by mistake, each prediction meets the same targets and is judged by them alike (be the
    targets, or the predictions, weighed): L = sum_i a_i g(p_i) >= (sum_i a_i) min_i g(p_i), so one number for all is
    the best there is. A loss that comes lower says something of each pair: the nearest, a plan, a level of its own. Or
    it has a further term that keeps predictions apart, as a distance between distributions has; then it stays the same
    where the predictions trade places, which tells it from a right term that stands beside the mistaken one.
    """
    record = evidence.experiment_named(ALIGNED_SHAPES)
    facts = record.facts if record else {}
    learnt = facts.get(LEARNT)
    if learnt is None:
        return False
    if _above(facts.get(ONE_FOR_ALL), learnt):
        return True
    symmetric = abs(facts.get(LEARNT_TURNED, math.inf) - learnt) <= SAME * abs(learnt)
    return symmetric and _above(facts.get(ONE_EVERYWHERE), learnt)


def _above(alike: float | None, learnt: float) -> bool:
    return alike is not None and alike - learnt > APART * max(abs(alike), abs(learnt))
