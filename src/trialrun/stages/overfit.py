"""What runs inside the child beside smoke: one window of the training loop repeated, further items of it timed."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from trialrun.evidence.repeats import OverfitRecord
from trialrun.experiments.overfit import Overfit
from trialrun.experiments.pace import Pace
from trialrun.experiments.plan import Experiment
from trialrun.experiments.repeats import Repeats, Setting

if TYPE_CHECKING:
    from trialrun.stages.child import Rehearsed


def repeater(child: Rehearsed) -> Repeats:
    """What records and repeats a window of the program that ``child`` runs."""
    brief = child.brief

    def experiment(setting: Setting) -> Experiment:
        return Overfit(setting, brief.overfit_steps, brief.overfit_s, child.write).run()

    def silence() -> Callable[[], None]:
        end = child.quiet()
        resume = child.watch.pause()

        def release() -> None:
            end()
            resume()

        return release

    def hold() -> Callable[[], None]:
        end = silence()
        child.phase("overfit")

        def release() -> None:
            end()
            child.phase("overfit ended")

        return release

    return Repeats(
        position=child.position,
        is_own=child.loops.knows,
        pace=Pace(
            child.loops.knows,
            silence,
            child.write,
            lambda: time.monotonic() > child.loops.policy.hurry_at_s,
        ),
        experiment=experiment if brief.overfit_steps else None,
        hold=hold,
        write=child.write,
        give_up=lambda reason: child.write(OverfitRecord("skipped", reason)),
        compiled=lambda: child.watch.compiled,
    )
