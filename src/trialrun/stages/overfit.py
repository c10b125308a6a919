"""The overfit stage, inside the child: one window of the training loop repeated while smoke goes on around it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from trialrun.evidence.repeats import OverfitRecord
from trialrun.experiments.overfit import Overfit
from trialrun.experiments.plan import Experiment
from trialrun.experiments.repeats import Repeats, Setting

if TYPE_CHECKING:
    from trialrun.stages.child import Rehearsed


def repeater(child: Rehearsed) -> Repeats:
    """What records and repeats a window of the program that ``child`` runs."""
    brief = child.brief

    def experiment(setting: Setting) -> Experiment:
        return Overfit(setting, brief.overfit_steps, brief.overfit_s, child.write).run()

    def hold() -> Callable[[], None]:
        end = child.quiet()
        resume = child.watch.pause()
        child.phase("overfit")

        def release() -> None:
            end()
            resume()
            child.phase("overfit ended")

        return release

    return Repeats(
        position=child.position,
        is_own=child.loops.knows,
        experiment=experiment,
        hold=hold,
        write=child.write,
        give_up=lambda reason: child.write(OverfitRecord("skipped", reason)),
        compiled=lambda: child.watch.compiled,
    )
