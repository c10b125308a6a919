"""``trialrun numerics ... -- SCRIPT``: the script with its loops cut short, and the experiment on what it called."""

from __future__ import annotations

import json
from pathlib import Path

from trialrun.errors import InternalError, ScriptError
from trialrun.evidence.numerics import NumericsResult, Options, Verdict
from trialrun.stages import attempt as attempts
from trialrun.stages.attempt import Attempt, Following
from trialrun.stages.brief import Brief, Measurement
from trialrun.target import program as programs
from trialrun.target.program import Program
from trialrun.target.supervise import Supervisor

HOOKED_STEPS = 1  # updates that are watched in full: the model calls are all that is wanted


def run(supervisor: Supervisor, program: Program, plan: Measurement, folder: Path, seconds: float) -> NumericsResult:
    """The result of ``plan`` on ``program``, in a process of its own, contained as a rehearsal is.

    Raises:
        ScriptError: the script crashed; its own words are repeated.
        InternalError: a fault of trialrun's own.
    """
    cold = programs.sets_environment_first(Path(program.path).absolute())
    refused = attempt(supervisor, program, plan, folder, seconds, cold=cold)
    if refused is not None:
        return refused
    answer = Path(plan.result)
    text = answer.read_text(encoding="utf-8")
    answer.unlink()
    return NumericsResult.from_payload(json.loads(text)["result"])


def attempt(
    supervisor: Supervisor, program: Program, plan: Measurement, folder: Path, seconds: float, *, cold: bool
) -> NumericsResult | None:
    """Run ``program`` once; None where it has left its answer, in ``plan.result``, or the result that says why not.

    Raises as :func:`run`.
    """
    brief = Brief(
        program=program,
        run_dir=str(folder),
        evidence=str(folder / f"evidence-{Path(plan.result).stem}.jsonl"),
        scratch=str(folder / f"scratch-{Path(plan.result).stem}"),
        hooked_steps=HOOKED_STEPS,
        measurement=plan,
    )
    silent = Following(progress=lambda stage, steps, loss: None, output=lambda text: None)
    made = attempts.run(supervisor, brief, cold=cold, timeout_s=seconds, following=silent)
    answer = Path(plan.result)
    if answer.exists() and answer.stat().st_size:
        return None
    answer.unlink(missing_ok=True)
    return _unmeasured(made, program, plan, folder)


def _unmeasured(attempt: Attempt, program: Program, plan: Measurement, folder: Path) -> NumericsResult:
    """Why there is no result."""
    expect = Options.from_payload(plan.options).expect
    if attempt.interrupted:
        raise KeyboardInterrupt
    if attempt.exit.timed_out:
        reason = f"{program.name} had not ended after {attempt.duration_s:.0f} s; a longer --budget SECONDS may help."
        return NumericsResult(plan.experiment, program.name, Verdict.INCONCLUSIVE, reason, expect=expect)
    if attempt.out_of_memory:
        reason = f"{program.name} was {attempt.out_of_memory}."
        return NumericsResult(plan.experiment, program.name, Verdict.INCONCLUSIVE, reason, expect=expect)
    faults = [record.reason for record in attempt.evidence.skip if record.what == "numerics"]
    if faults or attempt.fault_of_ours:
        raise InternalError(f"The experiment failed: {(faults or ['see stderr.log'])[-1]}. See {folder}.")
    if attempt.crash is not None:
        crash = attempt.crash
        told = f"{program.name} crashed with {crash.exception}: {crash.message}"
        raise ScriptError(f"{told}\n`trialrun run` explains it; its output is in {folder}.")
    reason = f"{program.name} ended with status {attempt.status} and never used torch."
    return NumericsResult(plan.experiment, program.name, Verdict.UNSUPPORTED, reason, expect=expect)
