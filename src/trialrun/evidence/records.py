"""The list of record kinds: each has one name in the evidence file and one list in :class:`Evidence`."""

from __future__ import annotations

from typing import Any, TypeAlias

from trialrun.evidence import model, modes, program, repeats, retained, tensors, timing

Record: TypeAlias = Any  # an instance of one of KINDS' classes; dataclasses share no base

KINDS: dict[str, type] = {
    "batch": tensors.BatchRecord,
    "loss": tensors.LossCall,
    "broadcast": tensors.BroadcastPair,
    "nonfinite": tensors.NonFinite,
    "layer": model.LayerRow,
    "stray_module": model.StrayModule,
    "parameter": model.ParameterRecord,
    "optimiser": model.OptimiserRecord,
    "update": model.UpdateRecord,
    "loop": program.LoopRecord,
    "evaluation": program.EvaluationRecord,
    "state_dict": program.StateDictUse,
    "crash": program.CrashRecord,
    "coverage": program.CoverageRecord,
    "write": program.WriteRecord,
    "blocked": program.BlockedRecord,
    "containment": program.ContainmentRecord,
    "warning": program.WarningRecord,
    "phase": program.PhaseRecord,
    "skip": program.SkipRecord,
    "environment": program.EnvironmentRecord,
    "memory": program.MemoryRecord,
    "overfit": repeats.OverfitRecord,
    "repeat": repeats.RepeatRecord,
    "restore": repeats.RestoreRecord,
    "eval_mode_training": modes.EvalModeTraining,
    "retained": retained.RetainedGraph,
    "loop_time": timing.LoopTime,
    "branch_time": timing.BranchTime,
    "loop_bound": timing.LoopBound,
    "script_time": timing.ScriptTime,
    "schedule": timing.ScheduleRecord,
}

NAMES: dict[type, str] = {cls: name for name, cls in KINDS.items()}
