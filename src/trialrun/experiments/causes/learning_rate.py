"""Is the learning rate the cause? A short sweep over factors of it, each from the same weights."""

from __future__ import annotations

import math
import time

import torch

from trialrun.evidence.experiments import Arm, ExperimentRecord
from trialrun.evidence.learning import share_learnt
from trialrun.evidence.overfit_verdict import LEARNT, verdict
from trialrun.evidence.sweep import LEARNS, NAME, STILL
from trialrun.experiments.laboratory import ArmRun, Laboratory, NotToBeRunError, Run

FURTHER = 10.0  # times the rate, up or down, from one arm to the next
MOST_FURTHER = 6  # arms in the direction in which the cause must lie, one beyond the best among them
BESIDE = (0.3, 3.0)  # times the best rate: where the range that is proposed ends
PEAK = 0.25  # of the way to the floor: past an arm that went so far, a worse one ends the search in its direction
FEWEST_ARMS = 4  # the program's own rate and three others
REPEATS = 60  # of the window at each rate
FEWEST = 15  # below this a sweep tells nothing
QUICKLY = 60  # repeats after which a batch that is half learnt is no cause for suspicion
THROWN = 10.0  # times the first loss


class LearningRate:
    """Factors of the planned rate; ``value`` of an arm is its factor."""

    name = NAME

    def suspicion(self, lab: Laboratory) -> str | None:
        record = lab.overfit
        if record.outcome != "ran" or len(record.losses) < 2 or lab.explained:
            return None
        if not all(math.isfinite(loss) for loss in record.losses):
            return "a loss of the repeated batch was not finite"
        seen = [update.loss for update in lab.evidence.update if update.loss is not None]
        if max((*seen, *record.losses)) > THROWN * max(seen[0] if seen else record.losses[0], 0.0):
            return "the loss rose far above where it began"
        if verdict(record).word == LEARNT:
            return None
        early = record.losses[: QUICKLY + 1]
        if share_learnt(early, record.floor) >= LEARNS:
            return None
        return "the repeated batch was not learnt, or only slowly"

    def run(self, lab: Laboratory) -> Run:
        if not lab.rates:
            raise NotToBeRunError("No optimiser with a learning rate steps in the repeated window.")
        if any(isinstance(optimiser, torch.optim.LBFGS) for optimiser in lab.setting.now.reach.optimisers):
            raise NotToBeRunError("L-BFGS finds the length of its steps itself: its rate is a share of that.")
        arms = int(lab.seconds_left / (FEWEST * max(lab.repeat_seconds, 1e-6)))
        arms = max(FEWEST_ARMS, min(2 + MOST_FURTHER, arms))
        further = FURTHER if arms > MOST_FURTHER else FURTHER**2  # a slow program: fewer and coarser steps
        begun, given = time.monotonic(), lab.seconds_left / arms
        control = yield from self._at(lab, 1.0, given)
        if control.finite and len(control.losses) < min(FEWEST, len(lab.overfit.losses)):
            raise NotToBeRunError(
                f"{len(control.losses)} repeats took {time.monotonic() - begun:.0f} s of the {given:.0f} s for one "
                f"learning rate, and {FEWEST} are needed at each."
            )
        variants: list[Arm] = []
        for step, most in _directions(control, lab.overfit.floor, further):
            last = control
            for _ in range(most):
                best = max((control, *variants), key=lambda arm: _came(arm, lab.overfit.floor))
                found = best is not control and _came(best, lab.overfit.floor)[0] >= PEAK
                if lab.seconds_left <= 0 or (found and best is not last):
                    break
                last = yield from self._at(lab, step * _factor(last), given)
                variants.append(last)
        best = max(variants, key=lambda arm: _came(arm, lab.overfit.floor), default=control)
        around = BESIDE if further == FURTHER else (1 / FURTHER, FURTHER)  # what coarse steps left out
        for beside in around if _came(best, lab.overfit.floor)[0] >= PEAK else ():
            if lab.seconds_left > given:
                last = yield from self._at(lab, beside * _factor(best), given)
                variants.append(last)
        return ExperimentRecord(
            self.name,
            where=lab.overfit.where,
            control=control,
            variants=tuple(sorted(variants, key=_factor)),
            facts={"learning_rate": max(rate for rates in lab.rates.values() for rate in rates)},
            words={"start": "initial weights" if lab.setting.has_initial else "weights after the first update"},
            floor=lab.overfit.floor,
        )

    def _at(self, lab: Laboratory, exactly: float, seconds: float) -> ArmRun:
        factor = float(f"{exactly:.6g}")  # 0.1 * 0.1 is not 0.01
        rates = {optimiser: tuple(factor * rate for rate in given) for optimiser, given in lab.rates.items()}
        change = "as it is" if factor == 1.0 else f"learning rate x {factor:g}"
        return (yield from lab.arm(change, REPEATS, factor, rates, seconds))


def _directions(control: Arm, floor: float | None, further: float) -> tuple[tuple[float, int], ...]:
    """Steps from the program's own rate, and how many of each at most; in the less likely direction one."""
    share = share_learnt(control.losses, floor)
    wild = share < 0 or max(control.losses) > THROWN * control.losses[0]
    down, up = (1 / further, MOST_FURTHER), (further, MOST_FURTHER)
    if wild:
        return ((further, 1), down)
    return (up,) if share < STILL else ((1 / further, 1), up)


def _came(arm: Arm, floor: float | None) -> tuple[float, int]:
    """How far ``arm`` came and, of two that came as far, how quickly."""
    return round(share_learnt(arm.losses, floor), 2), -len(arm.losses)


def _factor(arm: Arm) -> float:
    return arm.value or 0.0
