"""What a report says, free of how it is written: the one model that every renderer reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from trialrun.evidence import overfit_verdict
from trialrun.evidence.estimate import Estimate
from trialrun.evidence.experiments import ExperimentRecord
from trialrun.evidence.model import LayerRow, ParameterRecord
from trialrun.evidence.overfit_verdict import LEARNING, LEARNT, NOT_LEARNT
from trialrun.evidence.place import Where
from trialrun.evidence.program import (
    BlockedRecord,
    ContainmentRecord,
    CoverageRecord,
    CrashRecord,
    EnvironmentRecord,
    LoopRecord,
    WarningRecord,
    WriteRecord,
)
from trialrun.evidence.repeats import OverfitRecord
from trialrun.evidence.subset import SubsetRecord
from trialrun.evidence.tensors import BatchRecord
from trialrun.findings.finding import Finding, Severity
from trialrun.findings.result import SkippedCheck, StageResult, Target
from trialrun.report import expectations
from trialrun.report.numbers import classes, counted
from trialrun.report.result import RehearsalResult

_BATCH_SOURCES = ("loader", "loop item", "model input", "loss target")
_LOOP_KINDS = ("epoch", "training", "evaluation")


@dataclass(frozen=True)
class GradientRow:
    """One parameter at its first update: a row of the gradient table. Norms are L2."""

    name: str
    root: str
    shape: tuple[int, ...]
    numel: int
    weight_norm: float | None
    gradient_norm: float | None  # None: it had no gradient
    update_ratio: float | None  # |change| / |weight|
    state: str  # "" for one that is trained, else why it is not: "frozen", "in no optimiser", "no gradient"


@dataclass(frozen=True)
class LossAtStart:
    """The loss before anything was learnt, against what the shape of its input says."""

    value: float
    function: str  # "cross_entropy", ...; "backward" for a scalar of no known function
    where: Where | None
    expected: float | None  # loss of uniform guessing, None where the shape does not tell
    classes: int | None  # C where ``expected`` is ln C


@dataclass(frozen=True)
class Overfit:
    """One update window repeated, and what that came to."""

    verdict: str  # "learnt" | "learning" | "not learnt" | "no verdict"
    sentence: str
    record: OverfitRecord
    restored: bool | None  # all stood as before, bit for bit, when the program went on; None: not known
    differing: tuple[str, ...] = ()  # what did not come back


@dataclass(frozen=True)
class Duration:
    """How long a stage or a part of the program took."""

    what: str
    seconds: float


@dataclass(frozen=True)
class View:
    """All a report says. Sequences are whole: a renderer that shows a part says how much it left out.

    Field names are those of ``report.json``, so that a report can be shown again from that file alone.
    """

    target: Target
    verdict: str  # "pass" | "warn" | "fail" | "crash" | "inconclusive"
    headline: str  # the verdict in words
    exit_status: int
    reason: str | None
    stages: tuple[StageResult, ...]
    findings: tuple[Finding, ...]
    suppressed: int
    skipped_checks: tuple[SkippedCheck, ...]
    coverage: CoverageRecord | None
    loops: tuple[LoopRecord, ...]  # epoch loops, training loops, evaluation loops
    loss_at_start: LossAtStart | None
    batch: tuple[BatchRecord, ...]  # of the first update
    layers: tuple[LayerRow, ...]
    gradients: tuple[GradientRow, ...]
    crash: CrashRecord | None
    writes: tuple[WriteRecord, ...]
    blocked: tuple[BlockedRecord, ...]
    containment: ContainmentRecord | None
    warnings: tuple[WarningRecord, ...]
    notes: tuple[str, ...]
    environment: dict[str, str]
    durations: tuple[Duration, ...]
    duration_s: float
    budget_s: float
    run_dir: Path
    first_finding_s: float | None = None  # from the start until the first finding was known; null: there is none
    estimate: Estimate | None = None
    overfit: Overfit | None = None
    experiments: tuple[ExperimentRecord, ...] = ()
    expectations: tuple[str, ...] = ()  # lines of trialrun.expect, ready to be pasted
    subset: tuple[SubsetRecord, ...] = ()
    patch: str = ""  # unified diff of all mends together; each finding has its own
    misnamed: tuple[str, ...] = ()  # comments of ours in the source that name no check, a sentence each
    written: tuple[str, ...] = ()  # what --fix did, a sentence a file


def build(result: RehearsalResult) -> View:
    """The view of a result."""
    evidence = result.evidence
    crashes = [record for record in evidence.crash if record.believed]
    crash = crashes[-1] if crashes and result.verdict == "crash" else None
    coverage = evidence.coverage[-1] if evidence.coverage else None
    overfit = _overfit(result)
    return View(
        target=result.target,
        verdict=result.verdict,
        headline=_headline(result, crash, coverage, overfit),
        exit_status=result.exit_status,
        reason=result.reason,
        stages=tuple(result.stages),
        findings=tuple(result.findings),
        suppressed=result.suppressed,
        skipped_checks=tuple(result.skipped),
        coverage=coverage,
        loops=tuple(sorted(evidence.loop, key=_loop_order)),
        loss_at_start=_loss_at_start(result),
        batch=_first_batch(evidence.batch),
        layers=evidence.layer,
        gradients=tuple(_gradient_row(record) for record in evidence.parameter),
        crash=crash,
        writes=evidence.write,
        blocked=tuple(dict.fromkeys(evidence.blocked)),
        containment=evidence.containment[-1] if evidence.containment else None,
        warnings=tuple(
            record for record in evidence.warning if record.category != "breakpoint"
        ),  # a note, not Python's
        notes=tuple(result.notes),
        environment=dict(result.surroundings.get("settings") or _described(evidence.environment)),
        durations=_durations(result),
        duration_s=result.duration_s,
        budget_s=result.budget_s,
        first_finding_s=result.first_finding_s,
        run_dir=result.run_dir,
        estimate=result.estimate,
        overfit=overfit,
        experiments=evidence.experiment,
        expectations=expectations.lines(_first_batch(evidence.batch), evidence.layer),
        subset=evidence.subset,
        patch=result.patch,
        misnamed=tuple(result.misnamed),
        written=tuple(result.written),
    )


def name_of(path: str) -> str:
    """The program's name for a sentence: the file's own name, or "-m pkg.module"."""
    return path if path.startswith("-m ") else Path(path).name


def totals(findings: Sequence[Finding]) -> str:
    """ "2 errors, 1 warning and 3 notes"; "" for none."""
    by_severity = Counter(finding.severity for finding in findings)
    parts = [counted(by_severity[severity], severity.value) for severity in Severity if by_severity[severity]]
    told = " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
    explained = sum(finding.certain and finding.severity is not Severity.ERROR for finding in findings)
    return f"{told} ({counted(explained, 'explains', 'explain')} an error)" if explained else told


def _headline(
    result: RehearsalResult, crash: CrashRecord | None, coverage: CoverageRecord | None, overfit: Overfit | None
) -> str:
    name, found = name_of(result.target.path), totals(result.findings)
    steps = counted(result.evidence.steps, "update")
    if result.exit_status == 130:
        return f"{name} was stopped after {steps}; this is what was gathered" + (f": {found}." if found else ".")
    if result.verdict == "crash":
        ended = crash.exception if crash else "an unknown cause"
        what = f"raised {ended}" if crash and crash.frames else f"was ended by {ended}"
        place = f" at {crash.frames[-1].where}" if crash and crash.frames else ""
        return f"{name} {what}{place} after {steps}."
    if result.verdict == "inconclusive":
        return (
            f"no verdict on {name} after {steps}." if result.evidence.steps else f"nothing could be judged in {name}."
        )
    if any(finding.severity is not Severity.NOTE for finding in result.findings):
        return f"{found} in {name}{_in_words(overfit)}."
    seen = f", {coverage.rehearsed:,} of {counted(coverage.statements, 'statement')} reached" if coverage else ""
    nothing = "no error and no warning" if found else "no finding"
    if result.suppressed:
        nothing += f" besides the {result.suppressed} hidden"
    return f"{nothing} in {name} ({steps}{seen}){_in_words(overfit)}."


def _in_words(overfit: Overfit | None) -> str:
    """The end of a headline: what became of the one batch; "" where nothing can be said of it."""
    if overfit is None:
        return ""
    words = {
        LEARNT: "one batch was learnt",
        LEARNING: f"one batch was still being learnt after {counted(len(overfit.record.losses) - 1, 'step')}",
        NOT_LEARNT: "one batch could not be learnt",
    }.get(overfit.verdict, "")
    return f"; {words}" if words else ""


def _overfit(result: RehearsalResult) -> Overfit | None:
    evidence = result.evidence
    given = overfit_verdict.judged(evidence)
    if given is None:
        return None
    restores = [record for record in evidence.restore if record.after == "overfit"]
    return Overfit(
        verdict=given.word,
        sentence=given.sentence,
        record=evidence.overfit[-1],
        restored=all(record.identical for record in restores) if restores else None,
        differing=tuple(name for record in restores for name in record.differing),
    )


def _described(records: Sequence[EnvironmentRecord]) -> dict[str, str]:
    """What the child told of its settings."""
    return records[-1].values if records else {}


def _loop_order(record: LoopRecord) -> int:
    return _LOOP_KINDS.index(record.kind) if record.kind in _LOOP_KINDS else len(_LOOP_KINDS)


def _first_batch(records: Sequence[BatchRecord]) -> tuple[BatchRecord, ...]:
    """The first update's batch from the best source: what the loader gave, else what model and loss received."""
    if not records:
        return ()
    step = min(record.step for record in records)
    first = [record for record in records if record.step == step]
    for source in _BATCH_SOURCES[:2]:
        drawn = [record for record in first if record.source == source]
        if drawn:
            return tuple(drawn[:1])
    given = [next((record for record in first if record.source == source), None) for source in _BATCH_SOURCES[2:]]
    return tuple(record for record in given if record)


def _gradient_row(record: ParameterRecord) -> GradientRow:
    norms = record.gradient_norms
    gradient = next((norm for norm in norms if norm is not None), None)
    if not record.requires_grad:
        state = "frozen"
    elif not record.optimisers and not record.changed:
        state = "in no optimiser"
    elif gradient is None:
        state = "no gradient"
    else:
        state = ""
    return GradientRow(
        record.name, record.root, record.shape, record.numel, record.weight_norm, gradient, record.update_ratio, state
    )


def _loss_at_start(result: RehearsalResult) -> LossAtStart | None:
    calls = [call for call in result.evidence.loss if call.training and call.step == 0 and call.value is not None]
    call = next((call for call in calls if call.function != "backward"), calls[0] if calls else None)
    if call is None or call.value is None:
        return None
    return LossAtStart(call.value, call.function, call.where, call.uniform_loss, classes(call.uniform_loss))


def _durations(result: RehearsalResult) -> tuple[Duration, ...]:
    """Each stage, and the parts of the program's last run between the points it is known to have reached."""
    rows = [Duration(f"stage {stage.name}", stage.duration_s) for stage in result.stages]
    phases = list(result.evidence.phase)
    starts = [index for index, record in enumerate(phases) if record.phase == "started"]
    names = {"started": "before training", "training": "training loops", "trained": "after training"}
    last = phases[starts[-1] :] if starts else []
    for record, following in pairwise(last):
        rows.append(Duration(f"  {names.get(record.phase, record.phase)}", following.seconds - record.seconds))
    first = [Duration("until the first finding", result.first_finding_s)] if result.first_finding_s else []
    return (*rows, *first, Duration("whole rehearsal", result.duration_s))
