"""Does the gradient explode? Its growth on the way back; the batch as it is, and with each step's gradient clipped."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
from torch.optim.optimizer import register_optimizer_step_pre_hook

from trialrun import _torch
from trialrun.evidence.experiments import ExperimentRecord
from trialrun.evidence.growth import CLIPPED_TO, NAME, facts, first_norm, is_large, steepest
from trialrun.evidence.overfit_verdict import LEARNT, THROWN, verdict
from trialrun.experiments.comparing import compared
from trialrun.experiments.gradient_growth import GrowthTrace
from trialrun.experiments.gradients import gradient_squares
from trialrun.experiments.laboratory import Laboratory, NotToBeRunError, Run
from trialrun.experiments.plan import Variant

QUICKLY = 60  # repeats after which a batch that is learnt is no cause for suspicion


class ClippedGradient:
    """One run tells how the gradient grows; only where it grows geometrically is more run."""

    name = NAME

    def suspicion(self, lab: Laboratory) -> str | None:
        record, first = lab.overfit, first_norm(lab.evidence)
        if record.outcome != "ran" or not record.losses or first is None or not is_large(*first):
            return None
        seen = [update.loss for update in lab.evidence.update if update.loss is not None]
        if not all(math.isfinite(loss) for loss in (*seen, *record.losses)):
            return "the first gradient is large, and a loss was not finite"
        if max((*seen, *record.losses)) > THROWN * abs(first[1]):
            return "the first gradient is large, and the loss rose far above where it began"
        if verdict(record).word == LEARNT and len(record.losses) <= QUICKLY + 1:
            return None
        return "the first gradient is large, and the repeated batch was not learnt, or only slowly"

    def run(self, lab: Laboratory) -> Run:
        optimisers = lab.setting.now.reach.optimisers
        if not optimisers:
            raise NotToBeRunError("No optimiser steps in the repeated window: there is no place to clip at.")
        if any(isinstance(optimiser, torch.optim.LBFGS) for optimiser in optimisers):
            raise NotToBeRunError("L-BFGS needs the gradients as they are.")
        if lab.setting.compiled or not lab.setting.has_initial:
            raise NotToBeRunError("The model is compiled, or its weights before the first update were not kept.")
        trace = GrowthTrace(p for optimiser in optimisers for group in optimiser.param_groups for p in group["params"])
        reading = yield Variant(**lab.start, regularised=False, rates=lab.rates, gradients=True, changes=(trace,))
        if reading.error:
            raise NotToBeRunError(f"Not frozen: {reading.error}.")
        name, found = steepest(trace.rows)
        measured = {"first_gradient_norm": reading.gradient_norm or 0.0, **facts(found)}
        record = ExperimentRecord(
            self.name, where=lab.overfit.where, facts=measured, words={"stages": name}, floor=lab.overfit.floor
        )
        if not found.geometric:
            return record
        clipped = _Clipped()
        control, variant = yield from compared(
            lab, f"the gradient's norm clipped to {CLIPPED_TO:g} before each step", (), (clipped,)
        )
        if not clipped.seen:
            raise NotToBeRunError("No step had a gradient that could be clipped.")
        return ExperimentRecord(
            self.name,
            where=record.where,
            control=control,
            variants=(variant,),
            facts={**measured, "largest_gradient_norm_clipped": clipped.largest},
            words=record.words,
            floor=record.floor,
        )


class _Clipped:
    """Each step's gradient, scaled down to :data:`CLIPPED_TO` where its norm is above; ``seen`` counts these steps."""

    def __init__(self) -> None:
        self.seen = 0
        self.largest = 0.0  # norm, before it was clipped

    def begin(self) -> Callable[[], None]:
        """Take effect; returns what ends it."""
        remove: Callable[[], None] = register_optimizer_step_pre_hook(self._clip).remove
        return remove

    def _clip(self, optimiser: torch.optim.Optimizer, args: Any, kwargs: Any) -> None:
        with _torch.reading():
            norm = math.sqrt(gradient_squares(optimiser.param_groups))
            if not math.isfinite(norm) or norm <= CLIPPED_TO:
                return
            self.seen += 1
            self.largest = max(self.largest, norm)
            for group in optimiser.param_groups:
                for parameter in group["params"]:
                    if parameter.grad is not None:
                        parameter.grad.detach().mul_(CLIPPED_TO / norm)
