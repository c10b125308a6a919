"""Does the same seed give the same training twice, bit for bit? And with other threads, and another hash seed?"""

from __future__ import annotations

from dataclasses import asdict, replace

from trialrun.evidence.numerics import NumericsResult, Options, Verdict
from trialrun.numerics.same_seed import runs
from trialrun.numerics.same_seed.judging import Configuration, Run, judged
from trialrun.numerics.subject import Subject, UnsupportedError
from trialrun.numerics.surroundings import undisturbed
from trialrun.numerics.training import compared, stands_in

DEFAULT_THREADS = (1, 2)


def experiment(subject: Subject, options: Options) -> NumericsResult:
    """``options.steps`` updates, twice with each of ``options.threads``, and once with another hash seed.

    Heeds ``steps``, ``threads``, ``seed``. Each run is a process of its own where the subject's factory can be
    imported. Raises UnsupportedError where a run fails, or there is nothing to compare.
    """
    threads = options.threads or DEFAULT_THREADS
    if options.steps < 1:
        raise UnsupportedError("steps has to be 1 update or more: there is nothing to compare before the first")
    apart = bool(subject.factory)
    plan = [Configuration(count, "0" if apart else "") for count in threads for _ in range(2)]
    plan += [Configuration(threads[0], "1")] if apart else []
    with undisturbed():
        made = runs.in_processes(subject, options, plan) if apart else runs.in_this_process(subject, options, plan)
    if not compared(made[0].updates):
        raise UnsupportedError("step() returns no loss, and no parameter is among the training's attributes")
    told = result_of(made, subject.name, apart)
    return replace(told, summary=(*told.summary, *stands_in(subject)))


def result_of(made: list[Run], name: str, apart: bool) -> NumericsResult:
    """The verdict on runs of ``name``; ``apart``: each was made in a process of its own."""
    found = judged(made)
    control = judged([made[0], made[0].planted(), *made[2:]])
    caught = control.verdict is Verdict.BUG and made[0].planted_in in control.reason
    told = f"the last bit of {made[0].planted_in} flipped after update 1: " + ("caught" if caught else "not caught")
    if not caught:
        why = "the negative control was not caught: a run with one bit flipped looked the same."
        return NumericsResult("determinism", name, Verdict.INCONCLUSIVE, why, control=told)
    summary = list(found.summary)
    if not apart:
        summary.append(
            "In one process: PYTHONHASHSEED was not varied, and what an earlier run left could hide or cause"
        )
        summary.append("a difference. A factory that can be imported, PKG.MODULE:FACTORY, gets fresh processes.")
    facts = {**found.facts, "fresh_processes": apart, "runs": [asdict(run.configuration) for run in made]}
    return NumericsResult(
        "determinism", name, found.verdict, found.reason, tuple(summary), found.advice, told, facts, _rows(made)
    )


def _rows(made: list[Run]) -> tuple[dict[str, object], ...]:
    return tuple(
        {
            "run": number,
            "threads": run.configuration.threads,
            "hash_seed": run.configuration.hash_seed,
            "step": step,
            "loss": update.value,
            "bitwise": update.same_bits(made[0].updates[step]),
        }
        for number, run in enumerate(made)
        for step, update in enumerate(run.updates)
        if step
    )
