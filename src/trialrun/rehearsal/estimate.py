"""What the full run will take, told from the clock of the rehearsal.

Time is what passed outside of loops, plus for each loop its entries times what an entry takes, plus its items times the
usual time of an item; so too for branches that run every so many iterations. The range covers the spread of the items
that were seen, a drift of the machine's speed by 5 %, and branches that were never run, each run of which is taken to
last up to ten items of its loop. It does not cover another load on the machine.

Bytes are counted as they are written: a file that is written again counts again, each time with its last size.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from trialrun.evidence import Evidence
from trialrun.evidence.estimate import Estimate
from trialrun.evidence.program import WriteRecord
from trialrun.evidence.timing import BranchTime, LoopTime
from trialrun.rehearsal.run_tree import RunTree, UnknownError
from trialrun.rehearsal.unreached import unreached

DRIFT = 0.05  # by which two bare runs on a quiet machine differ
ENOUGH_ITEMS = 12  # from here on the first third is left out: loaders had fetched ahead, caches were cold
UNSEEN_ITEMS = 10  # items that a branch that was never run may take, at most


def estimate(evidence: Evidence) -> Estimate | None:
    """The estimate; None where something it needs cannot be known, see :func:`why_none`."""
    result = _attempt(evidence)
    return result if isinstance(result, Estimate) else None


def why_none(evidence: Evidence) -> str | None:
    """Why there is no estimate, with the seconds that an item takes; None where there is one."""
    result = _attempt(evidence)
    return result if isinstance(result, str) else None


def _attempt(evidence: Evidence) -> Estimate | str:
    training = [record for record in evidence.loop_time if record.role == "training" and record.entries]
    if not training:
        return "There is no estimate of the full run: no training loop was timed."
    if any(record.cls == "LBFGS" for record in evidence.optimiser):
        return "There is no estimate of the full run: a step of LBFGS may evaluate its closure more often than here."
    try:
        if not evidence.script_time:
            raise UnknownError("the rehearsal did not come to the end of the script")
        return _estimate(evidence, RunTree(evidence))
    except UnknownError as reason:
        each = max(training, key=lambda record: record.iterations)
        seconds, _ = usual(each)
        place = f"One item of the loop at {each.where} takes {seconds:.3g} s."
        return f"There is no estimate of the full run: {reason}. {place}"


def _estimate(evidence: Evidence, tree: RunTree) -> Estimate:
    notes: list[str] = []
    script = evidence.script_time[-1]
    seconds = script.outside_seconds + _imports(evidence)
    spread, steps = 0.0, _updates_by_hand(evidence, tree)
    for each in tree.passes:
        item, half = usual(each.time)
        seconds += each.entries * each.time.entry_seconds / each.time.entries + each.items * item
        spread += each.items * half
        if each.time.updates_items:
            steps += each.items * each.time.updates / each.time.updates_items
    unseen = 0.0
    for branch in tree.branches.values():
        runs = tree.runs(branch)
        if branch.runs:
            item, half = usual(branch)
            seconds += runs * item
            spread += runs * half
            steps += runs * branch.updates / branch.watched_runs if branch.watched_runs else 0.0
        elif branch.costly and runs >= 1:
            around = [usual(each.time)[0] for each in tree.passes if each.time.where == branch.inside]
            unseen += runs * UNSEEN_ITEMS * max(around, default=0.0)
            notes.append(f"{branch.where}: runs about {runs:.0f} times and never ran here; its time is not in it.")
    training = [each for each in tree.passes if each.time.role == "training"]
    measured = sum(len(each.time.item_seconds) for each in training)
    items = sum(each.items for each in training)
    if not measured:
        notes.append("Updates were timed while they were watched; the time of watching was taken off.")
    notes.extend(unreached(evidence, tree.followed))
    memory = evidence.memory[-1] if evidence.memory else None
    low, high = seconds - spread - DRIFT * seconds, seconds + spread + DRIFT * seconds + unseen
    return Estimate(
        steps=round(steps),
        duration_s=seconds,
        duration_low_s=max(0.0, low),
        duration_high_s=high,
        peak_memory_bytes=memory.process_bytes if memory is not None else 0,
        peak_device_bytes=memory.device_bytes if memory is not None else None,
        written_bytes=round(sum(_bytes(record, tree) for record in evidence.write)),
        epochs=_epochs(tree),
        measured_steps=round(measured * steps / items) if items else 0,
        notes=tuple(notes),
    )


def usual(record: LoopTime | BranchTime) -> tuple[float, float]:
    """Seconds of one item (or run of a branch), and by how much the mean over the full run may differ from that.

    A mean without the outermost tenths, since items of parallel workers arrive in bursts; of few items the median.
    Half the range is one and a half quartile distances over the root of their number, about two standard errors.
    """
    if isinstance(record, LoopTime):
        items = list(record.item_seconds)
        watched = list(record.watched_item_seconds)
        items = items if len(items) >= 3 or not watched else items + watched
    else:
        items = list(record.seconds[1:] or record.seconds)
    if len(items) >= ENOUGH_ITEMS:
        items = items[len(items) // 3 :]
    if not items:
        return 0.0, 0.0
    if len(items) < 4:
        middle = statistics.median(items)
        return middle, max(0.1 * middle, (max(items) - min(items)) / 2)
    ordered = sorted(items)
    outer = len(ordered) // 10 or len(ordered) // 4 * (len(ordered) < 10)
    middle = statistics.fmean(ordered[outer : len(ordered) - outer])
    lower, _, upper = statistics.quantiles(ordered, n=4)
    return middle, 1.5 * (upper - lower) / len(ordered) ** 0.5


def _updates_by_hand(evidence: Evidence, tree: RunTree) -> float:
    """These are noticed after the item that made them, so they are told over all items of the training loops."""
    seen = sum(record.optimiser < 0 for record in evidence.update)
    training = [each for each in tree.passes if each.time.role == "training"]
    items = sum(each.time.watched_items for each in training)
    return seen / items * sum(each.items for each in training) if items else 0.0


def _imports(evidence: Evidence) -> float:
    """Seconds that importing torch takes, which a forked child was spared; a first optimiser imports torch._dynamo."""
    spared = evidence.script_time[-1].import_seconds
    compiler = any(record.id >= 0 for record in evidence.optimiser)
    return spared.get("torch", 0.0) + (spared.get("torch._dynamo", 0.0) if compiler else 0.0)


def _bytes(record: WriteRecord, tree: RunTree) -> float:
    if record.action != "write":
        return 0.0
    if not record.places:
        return record.bytes * record.times
    return record.bytes * sum(place.times * tree.growth(place.inside, place.branch) for place in record.places)


def _epochs(tree: RunTree) -> int | None:
    """Items of the innermost loops around the training loops, over all of their entries."""
    around = {each.time.inside for each in tree.passes if each.time.role == "training"}
    items: Sequence[float] = [
        each.items for each in tree.passes if each.time.role == "epoch" and each.time.where in around
    ]
    return round(sum(items)) if items else None
