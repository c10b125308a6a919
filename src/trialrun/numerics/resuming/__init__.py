"""Is a training that was stopped and resumed the same, bit for bit, as one that never stopped? If not, what is missing?

The uninterrupted run saves what ``state_dict()`` gives through a file at update ``stop``. A training made afresh, the
global random generators elsewhere as in a process that has drawn other numbers, loads it and goes on beside it.
"""

from __future__ import annotations

from typing import Any

from trialrun.evidence.numerics import NumericsResult, Options, Verdict
from trialrun.numerics.resuming.missing import Missing, find_missing
from trialrun.numerics.resuming.trials import Trials
from trialrun.numerics.resuming.words import advice, judged
from trialrun.numerics.subject import Subject, UnsupportedError
from trialrun.numerics.surroundings import undisturbed
from trialrun.numerics.training import Update, compared, first_difference, stands_in

LEAST_STEPS = 3  # further updates: Adam's moments and a schedule may agree by chance in the first one


def experiment(subject: Subject, options: Options) -> NumericsResult:
    """Stop after ``options.stop`` updates, resume, and compare at least ``LEAST_STEPS`` further ones.

    Heeds ``stop``, ``steps``, ``seed``. Compared bit for bit: losses, parameters, buffers and evaluation outputs.
    Raises UnsupportedError where there is nothing to save or to compare.
    """
    if options.stop < 1:
        raise UnsupportedError("stop has to be 1 update or more: before the first one there is nothing to resume")
    with undisturbed():
        return _made(subject, options)


def _made(subject: Subject, options: Options) -> NumericsResult:
    steps = max(options.steps, LEAST_STEPS)
    with Trials(subject, options.seed, options.stop, steps) as trials:
        further = trials.further
        if not compared(further):
            raise UnsupportedError("step() returns no loss, and no parameter is among the training's attributes")
        again = trials.uninterrupted()
        apart = first_difference(trials.whole, again)
        if apart is not None:
            return NumericsResult(
                "resume",
                subject.name,
                Verdict.INCONCLUSIVE,
                f"the training does not repeat itself with the same seed: update {apart.index + 1} differs in"
                f" {apart.what}, so that nothing can be said of a resumed one.",
                advice="Make it repeat itself first: trialrun numerics determinism tells where it differs.",
                facts={"repeats_itself": False},
            )
        missing = find_missing(trials, spoilt=False)
        control = find_missing(trials, spoilt=True)
    # Where not all state can be put right no piece can be named, neither one left out on purpose.
    caught = control.apart is not None and (trials.control in control.named or not missing.suffices)
    facts = _facts(missing, trials.whole, options, steps) | {"control_named": [p.title for p in control.named]}
    told = f"{trials.control.title} left out on purpose: " + _caught(control, caught)
    verdict, reason, summary = judged(missing, further, options.stop, steps, caught)
    summary += stands_in(subject)
    rows = tuple(_rows(missing, further[:steps], options.stop))
    return NumericsResult("resume", subject.name, verdict, reason, summary, advice(missing), told, facts, rows)


def _caught(control: Missing, caught: bool) -> str:
    return ("caught and named" if control.named else "caught") if caught else "not caught"


def _facts(missing: Missing, whole: list[Update], options: Options, steps: int) -> dict[str, Any]:
    return {
        "stop": options.stop,
        "steps": steps,
        "repeats_itself": True,
        "losses": len([update for update in whole[options.stop :] if update.loss]),
        "tensors": len(whole[-1].prints),
        "missing": [{"piece": piece.title, "kind": piece.kind, "path": piece.path} for piece in missing.named],
        "restoring_all_suffices": missing.suffices,
        "trials": missing.trials,
    }


def _rows(missing: Missing, further: list[Update], stop: int) -> list[dict[str, Any]]:
    return [
        {
            "step": stop + number + 1,
            "loss_uninterrupted": mine.value,
            "loss_resumed": theirs.value,
            "bitwise": mine.same_bits(theirs),
        }
        for number, (mine, theirs) in enumerate(zip(further, missing.resumed[: len(further)], strict=True))
    ]
