"""All that was seen in one run of the program, ready to be judged."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from trialrun.evidence.accumulation import AccumulationRecord
from trialrun.evidence.activations import ActivationRecord
from trialrun.evidence.checkpoints import Checkpoint, TrainingState
from trialrun.evidence.custom_gradients import CustomGradient
from trialrun.evidence.evaluation_changes import EvaluationChange
from trialrun.evidence.experiments import ExperimentRecord
from trialrun.evidence.footprint import GrowthRecord, HostReadRecord
from trialrun.evidence.gradients import BrokenGradient, ClipRecord, WindowRecord
from trialrun.evidence.leaves import LooseLeaf
from trialrun.evidence.loading import LoaderRecord, RepeatedDraws
from trialrun.evidence.model import LayerRow, OptimiserRecord, ParameterRecord, StrayModule, UpdateRecord
from trialrun.evidence.modes import EvalModeTraining
from trialrun.evidence.program import (
    BlockedRecord,
    ContainmentRecord,
    CoverageRecord,
    CrashRecord,
    EnvironmentRecord,
    EvaluationRecord,
    LoopRecord,
    MemoryRecord,
    MissedBlock,
    PhaseRecord,
    SkipRecord,
    StateDictUse,
    WarningRecord,
    WriteRecord,
)
from trialrun.evidence.records import NAMES, Record
from trialrun.evidence.repeats import OverfitRecord, RepeatRecord, RestoreRecord
from trialrun.evidence.retained import RetainedGraph
from trialrun.evidence.softmaxes import SoftmaxUse
from trialrun.evidence.subset import SubsetRecord
from trialrun.evidence.symmetry import AlikeUnits
from trialrun.evidence.targets import TargetRange
from trialrun.evidence.tensors import BatchRecord, BroadcastPair, LossCall, NonFinite
from trialrun.evidence.timing import BranchTime, LoopBound, LoopTime, ScheduleRecord, ScriptTime

# Kinds of which a later record replaces an earlier one that has the same key.
_KEYS: dict[str, Callable[[Record], object]] = {
    "parameter": lambda record: record.id,
    "optimiser": lambda record: record.id,
    "loop": lambda record: record.where,
    "evaluation": lambda record: record.where,
    "stray_module": lambda record: (record.root, record.name, record.cls),
    "coverage": lambda record: None,
    "environment": lambda record: None,
    "containment": lambda record: None,
    "memory": lambda record: None,
    "write": lambda record: record.path,
    "overfit": lambda record: None,
    "repeat": lambda record: None,
    "eval_mode_training": lambda record: (record.where, record.root),
    "retained": lambda record: record.where,
    "loop_time": lambda record: (record.where, record.inside, record.branch, record.role, record.length),
    "branch_time": lambda record: (record.where, record.inside),
    "loop_bound": lambda record: record.where,
    "script_time": lambda record: None,
    "growth": lambda record: None,
    "host_read": lambda record: None,
    "schedule": lambda record: (record.cls, record.where, record.optimiser),
    "loader": lambda record: record.number,
    "target_range": lambda record: (record.operation, record.where),
    "loose_leaf": lambda record: (record.root, record.name),
    "alike_units": lambda record: (record.root, record.name),
    "activation": lambda record: (record.function, record.root, record.module, record.where, record.units),
    "softmax": lambda record: (record.where, record.loss_where),
    "evaluation_change": lambda record: (record.where, record.root),
    "experiment": lambda record: record.experiment,
    "accumulation": lambda record: None,
    "subset": lambda record: record.kind,
    "warning": lambda record: (record.category, record.message, record.where),
}


@dataclass(frozen=True)
class Evidence:
    """One field a kind of record, in order of arrival, replaced records dropped."""

    batch: tuple[BatchRecord, ...] = ()
    loss: tuple[LossCall, ...] = ()
    broadcast: tuple[BroadcastPair, ...] = ()
    nonfinite: tuple[NonFinite, ...] = ()
    layer: tuple[LayerRow, ...] = ()
    stray_module: tuple[StrayModule, ...] = ()
    parameter: tuple[ParameterRecord, ...] = ()
    optimiser: tuple[OptimiserRecord, ...] = ()
    update: tuple[UpdateRecord, ...] = ()
    window: tuple[WindowRecord, ...] = ()
    clip: tuple[ClipRecord, ...] = ()
    broken_gradient: tuple[BrokenGradient, ...] = ()
    loop: tuple[LoopRecord, ...] = ()
    evaluation: tuple[EvaluationRecord, ...] = ()
    state_dict: tuple[StateDictUse, ...] = ()
    crash: tuple[CrashRecord, ...] = ()
    coverage: tuple[CoverageRecord, ...] = ()
    write: tuple[WriteRecord, ...] = ()
    blocked: tuple[BlockedRecord, ...] = ()
    containment: tuple[ContainmentRecord, ...] = ()
    warning: tuple[WarningRecord, ...] = ()
    phase: tuple[PhaseRecord, ...] = ()
    skip: tuple[SkipRecord, ...] = ()
    environment: tuple[EnvironmentRecord, ...] = ()
    memory: tuple[MemoryRecord, ...] = ()
    overfit: tuple[OverfitRecord, ...] = ()
    repeat: tuple[RepeatRecord, ...] = ()
    restore: tuple[RestoreRecord, ...] = ()
    eval_mode_training: tuple[EvalModeTraining, ...] = ()
    retained: tuple[RetainedGraph, ...] = ()
    loop_time: tuple[LoopTime, ...] = ()
    branch_time: tuple[BranchTime, ...] = ()
    loop_bound: tuple[LoopBound, ...] = ()
    script_time: tuple[ScriptTime, ...] = ()
    schedule: tuple[ScheduleRecord, ...] = ()
    loader: tuple[LoaderRecord, ...] = ()
    repeated_draws: tuple[RepeatedDraws, ...] = ()
    target_range: tuple[TargetRange, ...] = ()
    loose_leaf: tuple[LooseLeaf, ...] = ()
    alike_units: tuple[AlikeUnits, ...] = ()
    activation: tuple[ActivationRecord, ...] = ()
    softmax: tuple[SoftmaxUse, ...] = ()
    evaluation_change: tuple[EvaluationChange, ...] = ()
    growth: tuple[GrowthRecord, ...] = ()
    host_read: tuple[HostReadRecord, ...] = ()
    custom_gradient: tuple[CustomGradient, ...] = ()
    experiment: tuple[ExperimentRecord, ...] = ()
    accumulation: tuple[AccumulationRecord, ...] = ()
    subset: tuple[SubsetRecord, ...] = ()
    checkpoint: tuple[Checkpoint, ...] = ()
    training_state: tuple[TrainingState, ...] = ()

    source: dict[str, str] = field(default_factory=dict)  # text of the user's files, by Where.file

    @classmethod
    def gather(cls, records: Iterable[Record], source: dict[str, str] | None = None) -> Evidence:
        """Evidence of all ``records``, in their order."""
        lists: dict[str, dict[object, Record]] = {name: {} for name in NAMES.values()}
        for position, record in enumerate(records):
            name = NAMES[type(record)]
            key = _KEYS[name](record) if name in _KEYS else position
            lists[name][key] = record
        return cls(**{name: tuple(kept.values()) for name, kept in lists.items()}, source=source or {})

    @property
    def steps(self) -> int:
        """Updates seen."""
        return len(self.update)

    @property
    def attached(self) -> bool:
        """Whether anything of a training step was seen at all."""
        return bool(self.update)

    def experiment_named(self, name: str) -> ExperimentRecord | None:
        """The experiment of that name, if it was run to its end."""
        found = [record for record in self.experiment if record.experiment == name and record.outcome == "ran"]
        return found[-1] if found else None

    def subset_of(self, kind: str) -> SubsetRecord | None:
        """The training on a part of the data of that kind, if it was run."""
        found = [record for record in self.subset if record.kind == kind and record.outcome == "ran"]
        return found[-1] if found else None

    def files(self) -> tuple[str, ...]:
        """The user's own files, as their records name them."""
        return tuple(dict.fromkeys(file for record in self.coverage for file in record.files))

    def decided_before_loops(self, block: MissedBlock) -> bool:
        """Whether an unreached block stands, in the function of the outermost loop, in front of all loops there.

        A function that is entered once per rehearsal takes its branches once; the full run takes the same ones.
        """
        here = [r for r in self.loop if (r.where.file, r.where.function) == (block.file, block.function)]
        elsewhere = any(r.kind == "epoch" for r in self.loop if r not in here)
        once = any(r.entries == 1 and (r.kind == "epoch" or not elsewhere) for r in here if r.kind != "evaluation")
        return once and bool(block.lines) and all(max(block.lines) < r.where.line for r in here)

    def refuting_blocks(self) -> tuple[MissedBlock, ...]:
        """Unreached statements that could refute a claim of absence ("never stepped", "never reached")."""
        return tuple(block for record in self.coverage for block in record.missed if not block.harmless)
