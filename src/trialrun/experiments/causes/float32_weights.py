"""Are updates lost in rounding? The batch as it is, and with float32 copies of bfloat16 and float16 weights."""

from __future__ import annotations

from collections.abc import Iterable

import torch

from trialrun.evidence.experiments import ExperimentRecord
from trialrun.evidence.low_precision import AS_IT_IS, HELD, NAME
from trialrun.evidence.overfit_verdict import LEARNT, verdict
from trialrun.experiments.comparing import FEWEST, REPEATS
from trialrun.experiments.laboratory import Laboratory, NotToBeRunError, Run
from trialrun.experiments.low_precision import Moving, low_precision


class Float32Weights:
    """Tells which weights moved in each of the two, beside what was learnt."""

    name = NAME

    def suspicion(self, lab: Laboratory) -> str | None:
        if lab.overfit.outcome != "ran" or verdict(lab.overfit).word == LEARNT:
            return None
        weights = low_precision(lab.setting.now.reach.optimisers)
        if not weights:
            return None
        return f"an optimiser holds weights in {_dtypes(weights)}, and the repeated batch was not learnt"

    def run(self, lab: Laboratory) -> Run:
        weights = low_precision(lab.setting.now.reach.optimisers)
        if not weights:
            raise NotToBeRunError("No optimiser that steps in the repeated window holds weights of few digits.")
        if not lab.setting.has_initial:
            raise NotToBeRunError("The weights before the first update were not kept.")
        repeats = min(REPEATS, int(lab.seconds_left / 2 / max(lab.repeat_seconds, 1e-6)))
        if repeats < FEWEST:
            raise NotToBeRunError(f"There is time for {repeats} repeats each of two runs, and it takes {FEWEST}.")
        plain, held = Moving(weights, hold=False), Moving(weights, hold=True)
        control = yield from lab.arm(AS_IT_IS, repeats, changes=(plain,))
        elements, as_it_is = plain.moved()
        variant = yield from lab.arm(HELD, repeats, changes=(held,))
        if not held.steps or not elements:
            raise NotToBeRunError("No optimiser stepped on a gradient of weights of few digits.")
        return ExperimentRecord(
            self.name,
            where=lab.overfit.where,
            control=control,
            variants=(variant,),
            facts={
                "learning_rate": max((rate for rates in lab.rates.values() for rate in rates), default=0.0),
                "elements": float(elements),
                "moved_as_it_is": as_it_is,
                "moved_held": held.moved()[1],
                "swallowed_in_first_step": held.swallowed / held.updates if held.updates else 0.0,
            },
            words={"dtypes": _dtypes(weights)},
            floor=lab.overfit.floor,
        )


def _dtypes(weights: Iterable[torch.Tensor]) -> str:
    return ", ".join(dict.fromkeys(str(weight.dtype).removeprefix("torch.") for weight in weights))
