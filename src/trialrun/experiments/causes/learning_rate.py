"""Is the learning rate the cause? A short sweep over factors of it, each from the same weights."""

from __future__ import annotations

import math
import time

import torch

from trialrun.evidence.experiments import Arm, ExperimentRecord
from trialrun.evidence.learning import share_learnt
from trialrun.evidence.overfit_verdict import LEARNT, verdict
from trialrun.evidence.sweep import LEARNS, NAME
from trialrun.experiments.laboratory import ArmRun, Laboratory, NotToBeRunError, Run

FACTORS = (0.1, 10.0, 0.01, 100.0, 0.3, 3.0, 0.03, 30.0)
FURTHER = 10.0  # times that factor, while the last rate tried in its direction is the best so far, or none learns
MOST_FURTHER = 5  # such rates
REPEATS = 60  # of the window at each rate
FEWEST = 15  # below this a sweep tells nothing
QUICKLY = 60  # repeats after which a batch that is learnt is no cause for suspicion
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
        if verdict(record).word == LEARNT and len(record.losses) <= QUICKLY + 1:
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
        begun, given = time.monotonic(), lab.seconds_left
        control = yield from self._at(lab, 1.0, REPEATS, given / (1 + MOST_FURTHER))
        if control.finite and len(control.losses) < min(FEWEST, len(lab.overfit.losses)):
            raise NotToBeRunError(
                f"{len(control.losses)} repeats took {time.monotonic() - begun:.0f} s of the {given:.0f} s for all "
                f"learning rates, and {FEWEST} are needed at each."
            )
        repeat_s = (time.monotonic() - begun) / len(control.losses)
        variants: list[Arm] = []
        # Where a whole sweep would take too long, only the rates in the direction in which the cause must lie.
        for factor in FACTORS if lab.seconds_left > len(FACTORS) * REPEATS * repeat_s else ():
            variants.append((yield from self._at(lab, factor, REPEATS)))  # noqa: PERF401 - a yield in a comprehension
        wild = max(control.losses) > THROWN * control.losses[0] or not control.finite
        edge, step = (min, 1 / FURTHER) if wild else (max, FURTHER)
        for _ in range(MOST_FURTHER):
            best = max(variants, key=lambda arm: _came(arm, lab.overfit.floor), default=control)
            last = edge(variants, key=_factor, default=control)
            if lab.seconds_left <= 0 or (_came(best, lab.overfit.floor)[0] >= LEARNS and best is not last):
                break
            variants.append((yield from self._at(lab, step * _factor(last), REPEATS, given / (1 + MOST_FURTHER))))
        return ExperimentRecord(
            self.name,
            where=lab.overfit.where,
            control=control,
            variants=tuple(sorted(variants, key=_factor)),
            facts={"learning_rate": max(rate for rates in lab.rates.values() for rate in rates)},
            words={"start": "initial weights" if lab.setting.has_initial else "weights after the first update"},
            floor=lab.overfit.floor,
        )

    def _at(self, lab: Laboratory, factor: float, repeats: int, seconds: float = math.inf) -> ArmRun:
        rates = {optimiser: tuple(factor * rate for rate in given) for optimiser, given in lab.rates.items()}
        change = "as it is" if factor == 1.0 else f"learning rate x {factor:g}"
        return (yield from lab.arm(change, repeats, factor, rates, seconds))


def _came(arm: Arm, floor: float | None) -> tuple[float, int]:
    """How far ``arm`` came and, of two that came as far, how quickly."""
    return round(share_learnt(arm.losses, floor), 2), -len(arm.losses)


def _factor(arm: Arm) -> float:
    return arm.value or 0.0
