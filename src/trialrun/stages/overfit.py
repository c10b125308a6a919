"""What runs inside the child beside smoke: one window of the training loop repeated, further items of it timed."""

from __future__ import annotations

import contextlib
import time
import tokenize
from collections.abc import Callable
from typing import TYPE_CHECKING

from trialrun.evidence import Evidence
from trialrun.evidence.program import SkipRecord
from trialrun.evidence.repeats import OverfitRecord
from trialrun.experiments import causes
from trialrun.experiments.initial import Initial
from trialrun.experiments.laboratory import Laboratory
from trialrun.experiments.overfit import Overfit
from trialrun.experiments.pace import Pace
from trialrun.experiments.plan import Experiment
from trialrun.experiments.repeats import Repeats
from trialrun.experiments.setting import Setting

if TYPE_CHECKING:
    from trialrun.stages.child import Rehearsed

PROBE = "probe"  # the stage, the phase, and what a SkipRecord is about


def repeater(child: Rehearsed) -> Repeats:
    """What records and repeats a window of the program that ``child`` runs."""
    brief = child.brief

    initial = Initial()
    if brief.probe_s:
        initial.attach()

    def experiment(setting: Setting) -> Experiment:
        overfit = Overfit(setting, brief.overfit_steps, brief.overfit_s, child.write)
        yield from overfit.run()
        if brief.probe_s and overfit.record is not None:
            yield from _probe(child, setting, overfit, overfit.record)

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
            lambda: not brief.timed or time.monotonic() > child.loops.policy.hurry_at_s,
        ),
        experiment=experiment if brief.overfit_steps else None,
        hold=hold,
        write=child.write,
        give_up=lambda reason: child.write(OverfitRecord("skipped", reason)),
        compiled=lambda: child.watch.compiled,
        initial=initial,
    )


def _probe(child: Rehearsed, setting: Setting, overfit: Overfit, record: OverfitRecord) -> Experiment:
    """The experiments that what was seen so far calls for; none where a repeat did not do what the window had done."""
    if not overfit.frozen:
        child.write(SkipRecord(PROBE, record.reason or "The window could not be repeated."))
        return
    if setting.compiled:
        child.write(SkipRecord(PROBE, "The program compiles its model: any change would have it compiled anew."))
        return
    child.phase(PROBE)
    seen = Evidence.gather(child.seen or (), _texts(child))
    child.seen = None
    laboratory = Laboratory(setting, seen, record, overfit.held, child.write, child.brief.probe_s)
    yield from laboratory.run(causes.ALL)


def _texts(child: Rehearsed) -> dict[str, str]:
    """The program's source, by file name as compiled; a file that is no source, such as a notebook, is left out."""
    texts: dict[str, str] = {}
    for file in child.instrumenter.files:
        with contextlib.suppress(OSError, UnicodeDecodeError, SyntaxError), tokenize.open(file) as text:
            texts[file] = text.read()
    return texts
