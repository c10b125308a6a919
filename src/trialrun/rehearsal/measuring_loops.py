"""``trialrun numerics accum`` and ``resume`` on a script: its own loop body replayed by the rehearsal, as a verdict."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from trialrun.errors import ScriptError
from trialrun.evidence.accumulation import AccumulationRecord
from trialrun.evidence.numerics import NumericsResult, Options, Verdict
from trialrun.rehearsal import plan
from trialrun.rehearsal.settings import Settings
from trialrun.report.progress import Quiet
from trialrun.report.result import RehearsalResult
from trialrun.target.program import Program

STAGES = ("smoke", "overfit", "probe")


def run(experiment: str, program: Program, options: Options, folder: Path, seconds: float) -> NumericsResult:
    """The verdict on the loop of ``program``.

    Raises:
        ScriptError: the script crashed; its own words are repeated.
        InternalError: a fault of trialrun's own.
    """
    codes, judged = _JUDGED[experiment]
    settings = Settings(
        script=program.path, module=None, argv=program.argv, stages=STAGES, budget_s=seconds, out=folder, select=codes
    )
    result = plan.rehearse(settings, Quiet(sys.stderr))
    if result.verdict == "crash":
        crash = result.evidence.crash[-1]
        told = f"{program.name} crashed with {crash.exception}: {crash.message}"
        raise ScriptError(f"{told}\n`trialrun run` explains it; its output is in {folder}.")
    environment = dict(result.surroundings.get("settings", {}))
    told_by = judged(result)
    return replace(
        told_by, target=program.name, seconds=result.duration_s, environment=environment, expect=options.expect
    )


def _accumulation(result: RehearsalResult) -> NumericsResult:
    """GRD409 and GRD410 judge it; what they rest on are the implied weights of the micro-batches."""
    record = result.evidence.accumulation[-1] if result.evidence.accumulation else None
    if record is None:
        reason = _unjudged(result, "GRD409", "No step uses the gradients of several backwards: nothing is accumulated.")
        advice = "Whether its model and loss allow accumulation: trialrun numerics accum PKG.MODULE:FACTORY."
        return NumericsResult("accum", "", Verdict.UNSUPPORTED, reason, advice=advice)
    lines = _weights(record)
    if result.findings:
        return _bug("accum", result, lines)
    where = f" at {record.where}" if record.where else ""
    apart = "" if record.difference is None else f"; the gradient is {record.difference:.2g} of its size from that"
    reason = f"{record.backwards} backwards{where} weigh every sample alike in one step{apart}."
    return NumericsResult("accum", "", Verdict.ROUNDING, reason, lines)


def _weights(record: AccumulationRecord) -> tuple[str, ...]:
    samples = sum(micro.samples for micro in record.micro_batches)
    implied = ", ".join(f"{micro.weight:.4g}" for micro in record.micro_batches)
    right = ", ".join(f"{micro.samples / samples:.4g}" for micro in record.micro_batches)
    counts = "+".join(f"{micro.samples:g}" for micro in record.micro_batches)
    return (
        f"{record.function}, reduction {record.reduction}, over {counts} samples",
        f"implied weights of the micro-batches' means: {implied}; of one batch: {right}",
    )


def _resume(result: RehearsalResult) -> NumericsResult:
    """EVA705 judges it, by content and by the training gone on with without what the file lacks."""
    if result.findings:
        return _bug("resume", result, ())
    evidence = result.evidence
    states = {state.number: state for state in evidence.training_state}
    whole = [place for place in evidence.checkpoint if not place.in_memory and place.optimisers and place.weights_share]
    if whole:
        needed = [states[number] for number in whole[-1].needed if number in states]
        held = ", ".join(f"{state.kind} of {state.cls}" for state in needed if state.saved)
        lacking = "".join(f" It lacks {state.cls}, whose loss changes nothing." for state in needed if not state.saved)
        reason = f"What is saved at {whole[-1].where} holds the states that training goes on from: {held}.{lacking}"
        unseen = "not looked at: random generators and the position in the data; hand over a training to see these"
        return NumericsResult("resume", "", Verdict.ROUNDING, reason, (unseen,))
    default = "It saves nothing with the state of an optimiser in it, so nothing that training could go on from."
    return NumericsResult("resume", "", Verdict.UNSUPPORTED, _unjudged(result, "EVA705", default))


def _bug(experiment: str, result: RehearsalResult, lines: tuple[str, ...]) -> NumericsResult:
    first = result.findings[0]
    told = [f"{finding.where or ''} {finding.message}".strip() for finding in result.findings[1:]]
    checked = [f"Verified by {one.verified.by}: {one.verified.result}" for one in result.findings if one.verified]
    reason = f"{first.where}: {first.message}" if first.where else first.message
    return NumericsResult(experiment, "", Verdict.BUG, reason, (*told, *checked, *lines), advice=first.fix)


def _unjudged(result: RehearsalResult, code: str, default: str) -> str:
    """Why the check ``code`` did not judge."""
    if result.verdict == "inconclusive":
        return result.reason or "Nothing could be judged."
    return next((skipped.reason for skipped in result.skipped if skipped.code == code), default)


_JUDGED: dict[str, tuple[tuple[str, ...], Callable[[RehearsalResult], NumericsResult]]] = {
    "accum": (("GRD409", "GRD410"), _accumulation),
    "resume": (("EVA705",), _resume),
}
OF_LOOPS = frozenset(_JUDGED)
