"""Records of a healthy run, to be changed one field at a time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from trialrun.checks.base import Check
from trialrun.checks.registry import judge
from trialrun.evidence import Evidence
from trialrun.evidence.model import LayerRow, OptimiserRecord, ParameterRecord, StrayModule, UpdateRecord
from trialrun.evidence.place import Where
from trialrun.evidence.program import (
    CallContext,
    CoverageRecord,
    CrashRecord,
    EvaluationRecord,
    Frame,
    LoopRecord,
    MissedBlock,
    StateDictUse,
    TrainModeModule,
)
from trialrun.evidence.tensors import BatchRecord, BroadcastPair, LossCall, NonFinite, TensorCard
from trialrun.findings.finding import Finding


def line(number: int, function: str = "<module>") -> Where:
    return Where("train.py", number, function)


UPDATE = UpdateRecord(
    step=0,
    optimiser=0,
    where=line(41),
    learning_rates=(0.1,),
    loss=2.3,
    gradient_norm=1.0,
    update_norm=0.1,
    parameters_changed=4,
)
OPTIMISER = OptimiserRecord(
    id=0,
    cls="SGD",
    where=line(12),
    parameters=4,
    steps=3,
    steps_with_lr=3,
    changed=True,
    gradients_seen=True,
    step_where=line(41),
)
PARAMETER = ParameterRecord(
    id=0,
    name="encoder.weight",
    root="Net",
    module="encoder",
    shape=(8, 4),
    numel=32,
    dtype="float32",
    requires_grad=True,
    optimisers=(0,),
    module_runs=3,
    reached=3,
    gradient_norms=(1.0, 0.9, 0.8),
    weight_norm=2.0,
    update_ratio=0.05,
    changed=True,
    created_after_optimiser=False,
    loaded=False,
)
LOSS = LossCall(
    step=0,
    function="cross_entropy",
    where=line(39),
    value=2.3,
    input_shape=(64, 10),
    target_shape=(64,),
    target_dtype="int64",
    reduction="mean",
    uniform_loss=2.302585,
)
HEAD = LayerRow(
    name="head",
    cls="Linear",
    root="Net",
    input_shapes=((64, 32),),
    output_shapes=((64, 10),),
    parameters=330,
    activation_rms=0.3,
    zero_share=0.0,
    training=True,
    leaf=True,
)
TENSOR = TensorCard(key="[0]", shape=(8, 4), dtype="float32", device="cpu")
BATCH = BatchRecord(step=0, source="loader", tensors=(TENSOR,), batch_size=8, where=line(36))
PAIR = BroadcastPair(
    step=0, operation="sub", where=line(20), left_shape=(32, 1), right_shape=(32,), result_shape=(32, 32)
)
NAN = NonFinite(
    step=0, operation="log", kind="nan", where=line(22), module="head", share=0.25, input_ranges=((-1.0, 2.0),)
)
STRAY = StrayModule(
    name="blocks[0]",
    cls="Linear",
    root="Net",
    parameters=72,
    steps=3,
    training=True,
    loaded=False,
    has_gradient=True,
    optimised=False,
    where=line(17, "forward"),
)
EVALUATION = EvaluationRecord(
    where=line(50, "evaluate"),
    calls=3,
    grad_enabled=False,
    in_training_loop=False,
    root="Net",
    root_training=True,
    train_mode_modules=(TrainModeModule("drop", "Dropout", "p=0.5"),),
    metric_where=line(51, "evaluate"),
    metric="cross_entropy",
    loop=line(49, "evaluate"),
)
STATE = StateDictUse(
    taken=line(60),
    taken_step=4,
    used=line(70),
    used_step=9,
    how="load_state_dict",
    aliased_share=1.0,
    weights_changed=True,
    in_loop=True,
    guarded=True,
    same_module=True,
)
CRASH = CrashRecord(
    exception="RuntimeError",
    message="",
    traceback="",
    frames=(Frame(line(80), "main()"), Frame(line(39, "main"), "loss = criterion(model(x), y)")),
    context=CallContext(operation="linear", arguments=()),
    phase="training",
    steps=2,
)
TRAINING_LOOP = LoopRecord(
    where=line(35), kind="training", entries=3, iterations=9, length=50, cut=True, jumped=True, source="DataLoader"
)
EPOCH_LOOP = LoopRecord(
    where=line(33), kind="epoch", entries=1, iterations=3, length=20, cut=True, jumped=True, source="range"
)
LOOPS = (EPOCH_LOOP, TRAINING_LOOP)
SOURCE = {"train.py": "optimizer.step()\n" * 100}


def updates(count: int = 3, **changes: Any) -> tuple[UpdateRecord, ...]:
    """``count`` updates, each with the same ``changes``."""
    return tuple(replace(UPDATE, step=step, **changes) for step in range(count))


def missed(guard: str, lines: tuple[int, ...], **changes: Any) -> tuple[CoverageRecord, ...]:
    """Coverage with one unreached block of train.py."""
    return (CoverageRecord(100, 99, (MissedBlock("train.py", lines, guard, **changes),)),)


def findings(check: type[Check], **evidence: Any) -> list[Finding]:
    """What ``check`` finds in evidence that holds these records."""
    found, skipped = judge(Evidence(**evidence), [check()])
    assert not skipped, skipped
    return found
