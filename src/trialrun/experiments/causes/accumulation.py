"""Do the micro-batches of one step stand for one batch? What each weighs in the gradient that the step consumes."""

from __future__ import annotations

import torch

from trialrun.evidence.accumulation import NAME, AccumulationRecord, MicroBatch
from trialrun.evidence.experiments import Arm, ExperimentRecord
from trialrun.evidence.place import Where
from trialrun.experiments.gradient_watch import Divided
from trialrun.experiments.laboratory import Laboratory, NotToBeRunError, Run
from trialrun.experiments.micro_batches import MicroBatches, Part, without_clipping
from trialrun.experiments.plan import Variant
from trialrun.experiments.reading import Reading


class Accumulation:
    """One run that is only looked at, and where nothing divides the sum one with gradients divided by k."""

    name = NAME

    def suspicion(self, lab: Laboratory) -> str | None:
        used = max((window.used for window in lab.evidence.window), default=0)
        return f"{used} backwards precede a step" if used > 1 else None

    def run(self, lab: Laboratory) -> Run:
        if lab.setting.compiled:
            raise NotToBeRunError("The loss of a compiled program cannot be followed.")
        stepping = [o for o in lab.setting.now.reach.optimisers if id(o) in lab.rates or not lab.rates]
        held = [p for optimiser in stepping for group in optimiser.param_groups for p in group["params"]]
        parameters = list({id(parameter): parameter for parameter in held}.values())
        watch = MicroBatches(parameters)
        reading = yield Variant(**lab.start, regularised=False, rates=lab.rates, changes=(watch,))
        record = _record(watch, reading)
        control = Arm("as it is", (reading.loss or 0.0,), gradient_norm=watch.gradient_norm)
        rate = max((rate for rates in lab.rates.values() for rate in rates), default=None)
        variants: tuple[Arm, ...] = ()
        divided = Divided(parameters, record.backwards)
        if record.undivided:
            second = yield Variant(**lab.start, regularised=False, rates=lab.rates, changes=(divided,))
            if second.error or second.loss is None:
                raise NotToBeRunError(f"Not frozen: {second.error or 'a repeat went backward from no single number'}.")
            change = f"gradients divided by {record.backwards}"
            variants = (Arm(change, (second.loss,), float(record.backwards), divided.gradient_norm),)
        lab.write(
            AccumulationRecord(
                record.where,
                record.function,
                record.reduction,
                record.micro_batches,
                record.known_only,
                record.clipped,
                record.difference,
                watch.gradient_norm,
                divided.gradient_norm if variants else None,
                watch.update_norm if variants else None,
                divided.update_norm if variants else None,
                rate,
            )
        )
        return ExperimentRecord(self.name, where=record.where, control=control, variants=variants)


def _record(watch: MicroBatches, reading: Reading) -> AccumulationRecord:
    """What the first run tells; raises NotToBeRunError where its backwards are no micro-batches, or cannot be told."""
    if reading.error:
        raise NotToBeRunError(f"Not frozen: {reading.error}.")
    used = watch.used
    if len(used) < 2:
        raise NotToBeRunError("The repeated window has one backward whose gradient its step uses.")
    seen = [reading.backwards[part.index] for part in used]
    if any(one.inside_step for one in seen):
        raise NotToBeRunError("The backwards belong to a closure that the optimiser calls.")
    if len({one.where for one in seen}) > 1 or len({one.leaves for one in seen}) > 1:
        raise NotToBeRunError("The backwards of one step are of several losses, at lines of their own.")
    _refuse(watch, used)
    ratio = watch.ratio()
    if ratio is None:
        raise NotToBeRunError("The gradient that the step consumes is no multiple of what its backwards add up to.")
    ratio, clipped = without_clipping(ratio, used[0].scale)
    first = used[0].weights
    main = max(range(len(first)), key=lambda number: first[number][2])
    micros = tuple(
        MicroBatch(ratio * part.weights[main][2], part.weights[main][3], ratio * sum(w for _, _, w, _ in part.weights))
        for part in used
    )
    if any(micro.weight <= 0 for micro in micros):
        raise NotToBeRunError("A loss enters the gradient with a weight that is not positive.")
    where: Where | None = seen[0].where
    return AccumulationRecord(
        where,
        first[main][0],
        first[main][1],
        micros,
        all(part.known_only for part in used),
        clipped,
        _difference(used, micros),
    )


def _refuse(watch: MicroBatches, used: list[Part]) -> None:
    if any(part.untold or not part.weights for part in used):
        raise NotToBeRunError("What was backpropagated rests on no loss function whose samples are known.")
    if len({tuple(call[:2] for call in part.weights) for part in used}) > 1:
        raise NotToBeRunError("The backwards of one step rest on different loss functions.")
    if watch.carried:
        raise NotToBeRunError("A state is carried from one backward to the next, as in truncated backpropagation.")
    if any(not part.inputs for part in used):
        raise NotToBeRunError("No model call was seen in front of each backward.")
    if len({part.inputs for part in used}) < len(used):
        raise NotToBeRunError("Several backwards of one step are of the same samples: losses, not micro-batches.")


def _difference(used: list[Part], micros: tuple[MicroBatch, ...]) -> float | None:
    """How far the gradient is from one in which each sample weighs alike, the sum of all weights the same."""
    total, samples = sum(micro.weight for micro in micros), sum(micro.samples for micro in micros)
    even = [total * micro.samples / samples / micro.weight for micro in micros]
    gradient = torch.stack([part.gradient for part in used])
    wanted = torch.tensor(even, dtype=torch.float64) @ gradient
    size = float(wanted.norm())
    return float((gradient.sum(dim=0) - wanted).norm()) / size if size else None
