"""The rehearsal: which stage next, what its evidence comes to, and the report."""

from __future__ import annotations

import contextlib
import math
import os
import time
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from trialrun.checks import registry
from trialrun.errors import InternalError, TrialrunError
from trialrun.evidence import Evidence
from trialrun.findings import baseline, selection
from trialrun.findings.finding import Finding
from trialrun.findings.result import StageResult, Target
from trialrun.rehearsal import mending, overfit_result, probe_result, reproducing, run_folder, saved, subset_result
from trialrun.rehearsal.estimate import estimate, why_none
from trialrun.rehearsal.settings import Progress, Settings
from trialrun.rehearsal.subset_stage import SubsetStage
from trialrun.rehearsal.verdict import verdict
from trialrun.report import json_report
from trialrun.report.result import RehearsalResult
from trialrun.stages import smoke
from trialrun.stages.attempt import Following
from trialrun.stages.brief import Brief
from trialrun.target import program as programs
from trialrun.target.program import Program
from trialrun.target.secrets import mask_arguments, mask_repeated
from trialrun.target.supervise import Supervisor

# The first optimiser a program builds imports torch._dynamo, which takes as long as torch: once here, not once a child.
# What watches it in the child is imported here as well: a rehearsal may need several children.
PRELOAD = ("torch", "torch._dynamo", "trialrun.stages.child", "trialrun.stages.overfit", "trialrun.capture.session")

OVERFIT_STEPS = 200  # repeats of one window: most right programs have learnt a batch by then
OVERFIT_S = 24.0
OVERFIT_SHARE = 0.2  # of the budget, at most
PROBE_SHARE = 0.2


def rehearse(settings: Settings, progress: Progress, supervisor: Supervisor | None = None) -> RehearsalResult:
    """Rehearse the program that ``settings`` names and leave ``report.json`` in the run folder.

    ``supervisor``, already entered, saves several rehearsals in a row from importing torch again.

    Raises:
        UsageError: there is no such program, or what was asked for cannot be done.
        InternalError: a fault of trialrun's own.
    """
    begun = time.monotonic()
    program = programs.resolve(settings.script, settings.module, settings.argv)
    if settings.baseline is not None:
        # one that cannot be read is better known before the rehearsal than after it
        baseline.check_codes(settings.baseline, baseline.read(settings.baseline), _codes())
    folder = run_folder.create(settings.out, program.stem, Path(program.cwd))
    saved.remember(folder, _target(program))
    try:
        return _rehearse(settings, program, folder, progress, begun, supervisor)
    except TrialrunError as error:
        error.run_dir = folder
        raise
    except Exception as error:
        fault = InternalError(f"{type(error).__name__}: {error}")
        fault.run_dir = folder
        raise fault from error


def _rehearse(
    settings: Settings, program: Program, folder: Path, progress: Progress, begun: float, supervisor: Supervisor | None
) -> RehearsalResult:
    cold = _starts_cold(settings, program)
    own = contextlib.nullcontext(supervisor) if supervisor else Supervisor(() if cold else PRELOAD)
    with own as running:
        result = smoke.run(
            running,
            _brief(settings, program, folder),
            cold=cold,
            timeout_s=math.inf if settings.pdb else settings.budget_s,  # nobody debugs against the clock
            following=_following(settings, progress, begun),
        )
        evidence = _whole(result, program)
        found, _ = registry.judge(evidence)
        early = _chosen(settings, found, evidence).findings
        known_s = time.monotonic() - begun if early else None
        stage = SubsetStage(
            settings,
            _brief(settings, program, folder),
            running,
            cold,
            _following(settings, progress, begun),
            early,
            progress.found,
        )
        result = stage.after(result, evidence, found, settings.budget_s - (time.monotonic() - begun))
    if result.attempt.fault_of_ours:
        text = (folder / "stderr.log").read_text(errors="replace").strip().splitlines()
        last = text[-1] if text else "no message"
        raise InternalError(f"The child process failed: {last}. See {folder / 'stderr.log'}.")
    report = _judge(settings, program, folder, result, time.monotonic() - begun)
    report = replace(report, first_finding_s=known_s or (report.duration_s if report.findings else None))
    seconds = time.monotonic() - begun
    report = mending.mended(report, Path(program.cwd), write=settings.fix, begun=time.time() - seconds)
    return _kept(report, settings.command)


def _kept(report: RehearsalResult, command: tuple[str, ...]) -> RehearsalResult:
    """Write ``report.json``, and what it takes to run ``command`` again.

    Where that cannot be done the reader still gets the report, and is told.
    """
    path = report.run_dir / "report.json"
    try:
        json_report.write(report, path)
        reproducing.leave(report.surroundings, report.run_dir, command, report.target.cwd)
    except OSError as error:
        path.unlink(missing_ok=True)  # half a report is none
        note = f"{path} could not be written: {error.strerror}. Put the run folder on another disk with --out DIR."
        return replace(report, notes=(*report.notes, note), exit_status=report.exit_status or InternalError.exit_status)
    return report


def _target(program: Program) -> Target:
    return Target(program.name, tuple(mask_arguments(list(program.argv))), program.cwd)


def _starts_cold(settings: Settings, program: Program) -> bool:
    if settings.start != "auto":
        return settings.start == "cold"
    return programs.sets_environment_first(Path(program.path).absolute())


def _brief(settings: Settings, program: Program, folder: Path) -> Brief:
    return Brief(
        program=program,
        run_dir=str(folder),
        evidence=str(folder / "evidence.jsonl"),
        scratch=str(folder / "scratch"),
        overfit_steps=OVERFIT_STEPS if {overfit_result.NAME, probe_result.NAME} & set(settings.stages) else 0,
        overfit_s=min(OVERFIT_S, OVERFIT_SHARE * settings.budget_s),
        probe_s=PROBE_SHARE * settings.budget_s if probe_result.NAME in settings.stages else 0.0,
        allow_write=tuple(os.path.abspath(path) for path in settings.allow_write),
        allow_network=settings.allow_network,
        allow_exec=settings.allow_exec,
        containment=settings.containment,
        pdb=settings.pdb,
    )


def _following(settings: Settings, progress: Progress, begun: float) -> Following:
    def tell(stage: str, steps: int, loss: float | None) -> None:
        progress.update(stage, steps, loss, max(0.0, settings.budget_s - (time.monotonic() - begun)))

    return Following(progress=tell, output=lambda text: progress.output(text) if text else None)


def _judge(
    settings: Settings, program: Program, folder: Path, result: smoke.SmokeResult, seconds: float
) -> RehearsalResult:
    evidence = _whole(result, program)
    found, skipped = registry.judge(evidence)
    chosen = _chosen(settings, found, evidence)
    word, status = verdict(result, chosen.findings, settings.fail_on)
    failed = word == "fail" and result.outcome == "passed"
    stage = StageResult(
        "smoke", "failed" if failed else result.outcome, result.reason, result.duration_s, evidence.steps
    )
    expected = estimate(evidence) if result.outcome == "passed" else None
    unknown = why_none(evidence) if result.outcome == "passed" else None
    return RehearsalResult(
        target=_target(program),
        stages=(stage, *_repeated(settings, evidence)),
        findings=chosen.findings,
        skipped=skipped,
        evidence=evidence,
        verdict=word,
        exit_status=status,
        run_dir=folder,
        surroundings=reproducing.record(_environment(evidence), Path(program.cwd)),
        duration_s=seconds,
        budget_s=settings.budget_s,
        reason=_reason(result, folder, program.argv),
        suppressed=chosen.suppressed,
        notes=(*_notes(evidence), *([unknown] if unknown else [])),
        misnamed=selection.unknown_comments(evidence.source, _codes()),
        estimate=expected,
    )


def _environment(evidence: Evidence) -> dict[str, str]:
    return dict(evidence.environment[-1].values) if evidence.environment else {}


def _chosen(settings: Settings, found: Iterable[Finding], evidence: Evidence) -> selection.Chosen:
    return selection.choose(
        found, evidence.source, select=settings.select, ignore=settings.ignore, baseline_path=settings.baseline
    )


def _whole(result: smoke.SmokeResult, program: Program) -> Evidence:
    """What is judged: of the crashes the one that is believed, and the source."""
    evidence = result.attempt.evidence
    crash = () if result.crash is None else (result.crash,)
    return replace(evidence, crash=crash, source=_sources(evidence, program))


def _repeated(settings: Settings, evidence: Evidence) -> Iterator[StageResult]:
    """The stages that ran within smoke, and after it."""
    for part in (overfit_result, probe_result, subset_result):
        if part.NAME in settings.stages:
            yield part.stage_result(evidence)


def _codes() -> dict[str, str]:
    return {check.code: check.slug for check in registry.all_checks()}


def _sources(evidence: Evidence, program: Program) -> dict[str, str]:
    """Text of the user's files that anything was seen in, by the name their records give them."""
    texts: dict[str, str] = {}
    for file in evidence.files():
        path = Path(program.cwd, file)
        with contextlib.suppress(OSError, UnicodeDecodeError, SyntaxError), tokenize.open(path) as text:
            texts[file] = text.read()
    return texts


def _reason(result: smoke.SmokeResult, folder: Path, argv: tuple[str, ...]) -> str | None:
    """Why nothing could be concluded, what the script itself said, and what to try."""
    if result.crash is not None or result.outcome == "passed":
        return result.reason
    words = result.reason or ""
    own = (folder / "stderr.log").read_text(errors="replace").strip() if (folder / "stderr.log").exists() else ""
    if result.outcome == "skipped" and own and result.attempt.status:
        words += "\nIts own message:\n" + "\n".join(mask_repeated(own, argv).splitlines()[-20:])
        if "usage:" in own:
            words += "\nArguments for the script go behind its name: SCRIPT ARGS..."
    if result.outcome == "timeout":
        words += " A longer --budget SECONDS, or smaller data through the script's own arguments, may help."
    return words


def _notes(evidence: Evidence) -> tuple[str, ...]:
    return tuple(
        f"{record.where}: {record.message}" if record.where else record.message
        for record in evidence.warning
        if record.category == "breakpoint"
    )
