"""Do gradients underflow in float16? The batch as it is, and with the loss scaled and the gradients divided again."""

from __future__ import annotations

from collections.abc import Generator

import torch

from trialrun import _torch
from trialrun.evidence.experiments import ExperimentRecord
from trialrun.evidence.overfit_verdict import LEARNT, verdict
from trialrun.evidence.underflow import LOST, NAME, USUAL_FACTOR
from trialrun.experiments.comparing import repeats_of_two
from trialrun.experiments.laboratory import Laboratory, NotToBeRunError, Run
from trialrun.experiments.loss_scaling import Scaled
from trialrun.experiments.low_precision import Moving
from trialrun.experiments.plan import Variant
from trialrun.experiments.reading import Reading

FACTORS = (2.0**28, USUAL_FACTOR, 2.0**12, 2.0**8, 2.0**4)
ROOM = 8.0  # times that a gradient may grow before it overflows
LITTLE = 0.1  # of the elements: less is lost with the usual factor, which then will do
REPEATS = 120  # of the window in either way


class LossScaling:
    """One run as it is and some scaled; the repeats only where much of the gradient is lost."""

    name = NAME

    def suspicion(self, lab: Laboratory) -> str | None:
        record = lab.overfit
        if record.outcome != "ran" or not record.float16 or verdict(record).word == LEARNT:
            return None
        return "gradients flow back through float16 with no GradScaler, and the repeated batch was not learnt"

    def run(self, lab: Laboratory) -> Run:
        trained = _trained(lab)
        half = [p for p in trained if p.dtype == torch.float16]
        _refuse(lab, trained, half)
        plain = Scaled(trained, 1.0)
        reading = yield from _once(lab, plain)
        known = {id(p) for p in trained}
        if any(seen.leaves - known for seen in reading.backwards):
            raise NotToBeRunError("A backward reaches leaves that are no weights: what is done with their gradient?")
        if not plain.seen or plain.overflows:
            raise NotToBeRunError("The window has no backward whose gradient is finite.")
        scaled = yield from _scaled(lab, trained)
        elements, lost = _lost(plain, scaled)
        with _torch.reading():
            missing = float((plain.added - scaled.added).norm() / scaled.added.norm()) if elements else 0.0
        record = ExperimentRecord(
            self.name,
            where=reading.backwards[0].where,
            facts={
                "elements": float(elements),
                "lost_share": lost,
                "missing_norm_share": missing,
                "loss_factor": scaled.divisor,
                "float16_weights": float(bool(half)),
            },
            floor=lab.overfit.floor,
        )
        if lost < LOST:
            return record
        repeats = repeats_of_two(lab, REPEATS)
        held = (Moving(half, hold=True),) if half else ()
        control = yield from lab.arm("as it is" if not half else "weights kept in float32", repeats, changes=held)
        held = (Moving(half, hold=True, divisor=scaled.divisor),) if half else ()
        variant = yield from lab.arm(
            f"the loss scaled by {scaled.divisor:,.0f} and gradients divided by it", repeats, changes=(*held, scaled)
        )
        if any(not moving.steps for moving in held):
            raise NotToBeRunError("No optimiser stepped on weights in float16.")
        return ExperimentRecord(
            self.name,
            where=record.where,
            control=control,
            variants=(variant,),
            facts=record.facts,
            floor=record.floor,
        )


def _trained(lab: Laboratory) -> list[torch.Tensor]:
    learned = [content.tensor for content in lab.setting.now.learned]
    return [tensor for tensor in learned if tensor.is_leaf and tensor.requires_grad]


def _refuse(lab: Laboratory, trained: list[torch.Tensor], half: list[torch.Tensor]) -> None:
    """Whether somebody would meet gradients of another size than the program's."""
    if lab.setting.compiled:
        raise NotToBeRunError("The backward of a compiled program is not changed.")
    if any(_torch.has_gradient_hooks(tensor) for tensor in trained):
        raise NotToBeRunError("A hook of the program handles gradients while they are made.")
    stepped = {id(p) for o in lab.setting.now.reach.optimisers for group in o.param_groups for p in group["params"]}
    if any(id(tensor) not in stepped for tensor in half):
        raise NotToBeRunError("Weights in float16 belong to no optimiser.")
    if half and lab.evidence.clip:
        raise NotToBeRunError("Gradients in float16 are clipped: they cannot be scaled and clipped alike.")


def _once(lab: Laboratory, change: Scaled) -> Generator[Variant, Reading, Reading]:
    reading = yield Variant(**lab.start, regularised=False, rates=lab.rates, changes=(change,))
    if reading.error:
        raise NotToBeRunError(f"Not frozen: {reading.error}.")
    return reading


def _scaled(lab: Laboratory, trained: list[torch.Tensor]) -> Generator[Variant, Reading, Scaled]:
    """Run with the greatest of the factors that overflows nothing, or with the usual one if it loses little."""
    found: list[Scaled] = []
    for factor in FACTORS:
        tried = Scaled(trained, factor * ROOM)
        yield from _once(lab, tried)
        if tried.overflows:
            continue
        scaled = Scaled(trained, factor)
        yield from _once(lab, scaled)
        found.append(scaled)
        if factor <= USUAL_FACTOR:
            break
    if not found:
        raise NotToBeRunError(f"Scaled by {FACTORS[-1] * ROOM:g} the gradient overflows float16.")
    return found[-1] if _lost(found[-1], found[0])[1] < LITTLE else found[0]


def _lost(here: Scaled, there: Scaled) -> tuple[int, float]:
    """Elements other than 0 ``there``, and the share of them that is 0 ``here``."""
    with _torch.reading():
        wanted = there.added != 0
        elements = int(wanted.sum())
        return elements, int((wanted & (here.added == 0)).sum()) / elements if elements else 0.0
