"""Do k micro-batches give the gradient of one batch? The experiment ``accum``.

The user's loop is judged where there is one, otherwise ``trialrun.accumulate`` on the user's loss; that the recipe
``loss / k`` would do is told besides. Float64 decides (``rule``), the implied weights name the mistake (``diagnosis``).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch

from trialrun.evidence.numerics import NumericsResult, Options, Verdict
from trialrun.numerics import samples
from trialrun.numerics.accumulation import cuts, telling, ways
from trialrun.numerics.accumulation.bench import Bench, Cut
from trialrun.numerics.accumulation.coupling import Coupling, coupling
from trialrun.numerics.accumulation.diagnosis import Weighing, clipped_to, diagnose
from trialrun.numerics.accumulation.rule import Distances, judge
from trialrun.numerics.accumulation.telling import Case
from trialrun.numerics.subject import Subject, UnsupportedError

AGAIN = 1e-9  # relative: a miss made twice is the same miss
OURS = "trialrun.accumulate"


@dataclass(frozen=True)
class Judged:
    """The cases of one state of BatchNorm, and whether samples are coupled in it (None: that was not in question)."""

    cases: list[Case]
    coupling: Coupling | None
    left_out: str  # why there is no cut with a smaller last micro-batch; "" if there is one, or none was wanted


def experiment(subject: Subject, options: Options) -> NumericsResult:
    """Heeds ``micro_batches``, ``ragged``, ``device`` and ``seed`` of ``options``.

    Raises UnsupportedError where nothing can be compared; the message says why.
    """
    count = samples.count(subject.batch)
    _refuse(subject, count, options.micro_batches)
    with torch.inference_mode(False):
        judged = _judged(subject, options, frozen=False)
        linked = judged.coupling
        still = None
        if linked is not None and linked.coupled and linked.norms:
            still = _judged(subject, options, frozen=True)  # the loop itself, beside what BatchNorm does
    frozen = still.cases if still else []
    return telling.result(subject, judged.cases, linked, frozen, judged.left_out, options.device)


def _refuse(subject: Subject, count: int | None, parts: int) -> None:
    if count is None:
        raise UnsupportedError("the batch holds no tensor with samples along axis 0")
    if count < 2:
        raise UnsupportedError(f"a batch of {count} sample has no micro-batches: hand over 2 samples or more")
    if parts < 2:
        raise UnsupportedError(f"{parts} micro-batch is the batch itself: there is nothing to compare")
    if parts > count:
        raise UnsupportedError(f"{parts} micro-batches of {count} samples: there are more micro-batches than samples")


def _judged(subject: Subject, options: Options, frozen: bool) -> Judged:
    bench = Bench(subject, options.device, frozen)
    count = samples.count(subject.batch) or 0
    made = [bench.cut("even", cuts.even(count, options.micro_batches))]
    uneven, left_out = cuts.ragged(count, options.micro_batches) if options.ragged else (), ""
    if uneven:
        try:
            made.append(bench.cut("ragged", uneven))
        except UnsupportedError as refusal:
            if not refusal.lines:
                raise
            # The user's own code takes no such batch: BatchNorm in training refuses a single sample.
            left_out = f"not tried with {telling.written(uneven)} samples: {refusal}"
    cases = [_case(subject, cut) for cut in made]
    linked = None
    plain = all(case.right.basis in ("samples", "sum") for case in cases)  # these weights do it: nothing is coupled
    if not plain and any(case.what == OURS or not case.distances.agrees for case in cases):
        linked = coupling(subject, bench.exact, options.micro_batches, options.device, options.seed, frozen)
    coupled = linked is not None and linked.coupled
    return Judged([_told(case, cut, coupled) for case, cut in zip(cases, made, strict=True)], linked, left_out)


def _case(subject: Subject, cut: Cut) -> Case:
    """The user's way, or ours, measured on one cut; not yet judged."""
    what, way = OURS, ways.template(cut.right)
    if subject.accumulate is not None:
        what, way = f"{getattr(subject.accumulate, '__name__', 'accumulate')}()", subject.accumulate
    distances, fitted = cut.measure(way, what)
    if subject.accumulate is not None and not distances.agrees and fitted.residual > AGAIN:
        again, _ = cut.measure(way, what)
        if abs(again.exact - distances.exact) > AGAIN * distances.exact:
            raise UnsupportedError(f"{what} gives another gradient each time, with dropout switched off: it is random")
    return Case(cut.name, cut.sizes, what, distances, fitted, cut.right, cut.misses(ways.naive, "the loss"))


def _told(case: Case, cut: Cut, coupled: bool) -> Case:
    """``case`` judged, and beside it a mistake planted in the same run, which the same judging has to catch."""
    control, _, _ = judge(_planted(cut))
    verdict, note, advice = judge(case.distances, coupled)
    if coupled and case.what == OURS and verdict is not Verdict.INCONCLUSIVE:
        verdict = Verdict.COUPLED  # a right gradient came of counts that this batch's values call for, and no other's
    cause = None
    if control is not Verdict.BUG:
        verdict, note, advice = Verdict.INCONCLUSIVE, "the mistake that was planted in this run was not caught", ""
    elif verdict is Verdict.BUG and not note:
        fit, right = case.fit, case.right
        weighing = Weighing(fit.weights, right.weights, case.sizes, right.basis, fit.live, fit.residual, fit.unique)
        cause = diagnose(weighing)
        limit = clipped_to(case.distances.norm)
        if cause.name == "scaled" and limit is not None:
            verdict, note = Verdict.INCONCLUSIVE, f"it was clipped to a norm of {limit:g}: its size cannot be judged"
            cause, advice = None, f"Clip after {case.what}: it has to leave the gradient as it was added up."
    return replace(case, verdict=verdict, note=note, advice=advice, cause=cause, control=control)


def _planted(cut: Cut) -> Distances:
    against = cut if cut.right.basis else cut.uncoupled()
    way = ways.planted(against.right.weights, against.right.fit.live)
    return against.measure(way, "the loss")[0]
