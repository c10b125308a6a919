"""The list of record kinds: each has one name in the evidence file and one list in :class:`Evidence`."""

from __future__ import annotations

from typing import Any, TypeAlias

from trialrun.evidence import (
    activations,
    custom_gradients,
    evaluation_changes,
    footprint,
    gradients,
    leaves,
    loading,
    model,
    modes,
    program,
    repeats,
    retained,
    softmaxes,
    symmetry,
    targets,
    tensors,
    timing,
)

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
    "window": gradients.WindowRecord,
    "clip": gradients.ClipRecord,
    "broken_gradient": gradients.BrokenGradient,
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
    "loader": loading.LoaderRecord,
    "repeated_draws": loading.RepeatedDraws,
    "target_range": targets.TargetRange,
    "loose_leaf": leaves.LooseLeaf,
    "alike_units": symmetry.AlikeUnits,
    "activation": activations.ActivationRecord,
    "softmax": softmaxes.SoftmaxUse,
    "evaluation_change": evaluation_changes.EvaluationChange,
    "growth": footprint.GrowthRecord,
    "host_read": footprint.HostReadRecord,
    "custom_gradient": custom_gradients.CustomGradient,
}

NAMES: dict[type, str] = {cls: name for name, cls in KINDS.items()}
