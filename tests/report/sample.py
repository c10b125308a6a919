"""A rehearsal of an MNIST program, written out by hand: two findings, every part of a report filled."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from trialrun.evidence import Evidence
from trialrun.evidence.estimate import Estimate
from trialrun.evidence.model import LayerRow, OptimiserRecord, ParameterRecord, UpdateRecord
from trialrun.evidence.place import Where
from trialrun.evidence.program import (
    BlockedRecord,
    ContainmentRecord,
    CoverageRecord,
    CrashRecord,
    EnvironmentRecord,
    EvaluationRecord,
    Frame,
    LoopRecord,
    MissedBlock,
    PhaseRecord,
    WarningRecord,
    WriteRecord,
)
from trialrun.evidence.records import Record
from trialrun.evidence.repeats import OverfitRecord, RestoreRecord
from trialrun.evidence.tensors import BatchRecord, LossCall, TensorCard
from trialrun.findings.finding import Finding, Location, Severity, Verified
from trialrun.findings.result import SkippedCheck, StageResult, Target
from trialrun.report.result import RehearsalResult

FILE = "mnist_cnn.py"

STALE = Finding(
    code="GRD401",
    slug="stale-gradient",
    severity=Severity.ERROR,
    message="optimizer.step() used gradients that its last step had already used: |g| grew 1.00, 1.99, 2.97 over "
    "3 steps with nothing clearing them in between.",
    fix="Call optimizer.zero_grad() before loss.backward().",
    where=Location(FILE, 43, "train", "optimizer.step()"),
    measured={"stale_parameters": 8, "gradient_norms": [1.0, 1.99, 2.97], "ratio": math.inf},
    expected="no gradient that the same optimiser has already used",
    verified=Verified("zero_grad() added", "the same batch goes 2.31 -> 0.02 in 60 steps (now: 2.31 -> 4.80)"),
    explains=("LOS306",),
)

TRAIN_MODE = Finding(
    code="EVA701",
    slug="evaluating-in-train-mode",
    severity=Severity.ERROR,
    message="The loop at mnist_cnn.py:52 measures accuracy with 2 Dropout modules (drop1 p=0.25, drop2 p=0.5) in train "
    "mode: their noise is part of every number it prints.",
    fix="Call model.eval() before the loop and model.train() after it.",
    where=Location(FILE, 54, "validate", "out = model(x)"),
)

_SIZES = {
    "conv1": ((32, 1, 3, 3), (64, 1, 28, 28), (64, 32, 26, 26), "Conv2d"),
    "conv2": ((64, 32, 3, 3), (64, 32, 26, 26), (64, 64, 24, 24), "Conv2d"),
    "fc1": ((128, 9216), (64, 9216), (64, 128), "Linear"),
    "fc2": ((10, 128), (64, 128), (64, 10), "Linear"),
}


def layers() -> list[LayerRow]:
    rows = []
    for name, (weight, before, after, cls) in _SIZES.items():
        own = math.prod(weight) + weight[0]
        rows.append(LayerRow(name, cls, "Net", (before,), (after,), own, 0.612, 0.0, True, True))
    rows.insert(
        2, LayerRow("drop1", "Dropout", "Net", ((64, 64, 12, 12),), ((64, 64, 12, 12),), 0, 0.44, 0.26, True, True)
    )
    rows.append(LayerRow("", "Net", "Net", ((64, 1, 28, 28),), ((64, 10),), 0, 2.33, 0.0, True, False))
    return rows


def parameters() -> list[ParameterRecord]:
    rows = []
    for name, (weight, *_) in _SIZES.items():
        for leaf, shape in (("weight", weight), ("bias", weight[:1])):
            rows.append(
                ParameterRecord(
                    id=len(rows),
                    name=f"{name}.{leaf}",
                    root="Net",
                    module=name,
                    shape=shape,
                    numel=math.prod(shape),
                    dtype="float32",
                    requires_grad=True,
                    optimisers=(0,),
                    module_runs=4,
                    reached=4,
                    gradient_norms=(0.0731, 0.14, 0.22),
                    weight_norm=3.27 if leaf == "weight" else 0.0041,
                    update_ratio=0.00306,
                    changed=True,
                    created_after_optimiser=False,
                    loaded=False,
                )
            )
    return rows


def batch() -> BatchRecord:
    image = TensorCard(
        "[0]",
        (64, 1, 28, 28),
        "float32",
        "cpu",
        ("batch", "channel", "height", "width"),
        minimum=-0.4242,
        maximum=2.8215,
        mean=0.0013,
        std=1.0007,
    )
    counts = {str(digit): times for digit, times in enumerate((5, 8, 6, 7, 6, 4, 9, 6, 7, 6))}
    label = TensorCard("[1]", (64,), "int64", "cpu", ("batch",), 0.0, 9.0, 4.55, 2.81, label_counts=counts)
    return BatchRecord(0, "loader", (image, label), 64, Where(FILE, 38, "train"))


def records() -> list[Record]:
    """All records of the run, in the order a child writes them."""
    return [
        EnvironmentRecord({"python": "3.11.7", "torch": "2.13.0", "platform": "Linux", "device": "cpu"}),
        ContainmentRecord("overlay"),
        PhaseRecord("started", 0.0),
        OptimiserRecord(0, "Adadelta", Where(FILE, 66, "main"), 8),
        PhaseRecord("training", 2.25),
        batch(),
        LossCall(0, "cross_entropy", Where(FILE, 41, "train"), 2.3174, uniform_loss=math.log(10)),
        *layers(),
        *parameters(),
        *(
            UpdateRecord(step, 0, Where(FILE, 43, "train"), (1.0,), 2.3 - step / 10, float(step + 1), 0.1, 8)
            for step in range(12)
        ),
        LoopRecord(Where(FILE, 52, "validate"), "evaluation", 3, 12, 157, True, True, "DataLoader"),
        LoopRecord(Where(FILE, 38, "train"), "training", 3, 12, 938, True, True, "DataLoader"),
        LoopRecord(Where(FILE, 70, "main"), "epoch", 1, 3, 14, True, True, "range"),
        EvaluationRecord(
            Where(FILE, 54, "validate"), 12, False, False, "Net", True, (), Where(FILE, 56, "validate"), "eq"
        ),
        PhaseRecord("trained", 6.75),
        WriteRecord("checkpoints/best.pt", 4_801_234, 3),
        WriteRecord("checkpoints/old.pt", 0, 1, "delete"),
        BlockedRecord("network", "api.wandb.ai:443", Where(FILE, 81, "main")),
        WarningRecord("UserWarning", "lr_scheduler.step() called\nbefore optimizer.step()", Where(FILE, 74, "main"), 3),
        CoverageRecord(
            120,
            117,
            (
                MissedBlock(FILE, (88, 89, 92), "if step % 1000 == 0", "train", True),
                MissedBlock(FILE, (101,), "except KeyboardInterrupt", "main", True),
            ),
        ),
        PhaseRecord("ended", 7.1, 0),
    ]


def result(**changes: Any) -> RehearsalResult:
    """The run that has two findings; ``changes`` replace fields."""
    fields: dict[str, Any] = {
        "target": Target(FILE, ("--epochs", "14", "--api-key", "***"), "/home/you/mnist"),
        "stages": (StageResult("smoke", "failed", None, 7.42, 12),),
        "findings": (STALE, TRAIN_MODE),
        "skipped": (
            SkippedCheck("MOD201", "no evidence of kind stray_module"),
            SkippedCheck("EVA704", "no evidence of kind state_dict"),
            SkippedCheck("DAT101", "no evidence of kind state_dict"),
        ),
        "evidence": Evidence.gather(records()),
        "verdict": "fail",
        "exit_status": 1,
        "run_dir": Path(".trialrun/20260101-120000-mnist_cnn"),
        "duration_s": 9.13,
        "budget_s": 120.0,
    }
    return RehearsalResult(**{**fields, **changes})


def clean() -> RehearsalResult:
    """The same run with nothing wrong."""
    stages = (StageResult("smoke", "passed", None, 7.42, 12),)
    return result(findings=(), verdict="pass", exit_status=0, stages=stages, skipped=())


OVERFIT = OverfitRecord(
    "ran",
    where=Where(FILE, 38, "train"),
    items=1,
    losses=tuple(2.3174 * 0.92**step for step in range(57)),
    accuracy=tuple(min(1.0, 0.1 + step / 40) for step in range(57)),
    floor=0.0,
    floor_source="class indices",
    loss_functions=("cross_entropy",),
    nonlinear=True,
    parameters=1_199_882,
    targets=64,
    tied_share=0.0,
    one_output=False,
    learning_rates=(1.0,),
    rate_source="schedule's peak",
    switched_off=("Dropout p=0.25 (1)", "Dropout p=0.5 (1)"),
    budget_steps=300,
    seconds=3.21,
)
ESTIMATE = Estimate(
    steps=49_280,
    duration_s=5210.0,
    duration_low_s=4900.0,
    duration_high_s=5600.0,
    peak_memory_bytes=812_000_000,
    peak_device_bytes=None,
    written_bytes=46_000_000,
    epochs=14,
    measured_steps=24,
    notes=("Early stopping is not foreseen.",),
)


def repeated(record: OverfitRecord = OVERFIT, **changes: Any) -> RehearsalResult:
    """The clean run with its overfit stage and an estimate."""
    evidence = Evidence.gather([*records(), record, RestoreRecord("overfit", True, tensors=24, bytes=14_400_000)])
    stages = (*clean().stages, StageResult("overfit", "passed", None, 3.21, 56))
    fields: dict[str, Any] = {"evidence": evidence, "stages": stages, "estimate": ESTIMATE}
    return result(**{"findings": (), "verdict": "pass", "exit_status": 0, "skipped": (), **fields, **changes})


def crashed() -> RehearsalResult:
    """A run whose script raised in its second epoch."""
    frame = Frame(Where(FILE, 41, "train"), "loss = F.cross_entropy(out, y)")
    crash = CrashRecord(
        "ValueError",
        "Expected input batch_size (64) to match target batch_size (32).",
        'Traceback (most recent call last):\n  File "mnist_cnn.py", line 41, in train\n'
        "    loss = F.cross_entropy(out, y)\n"
        "ValueError: Expected input batch_size (64) to match target batch_size (32).",
        (frame,),
        phase="training",
        steps=12,
    )
    return result(
        evidence=Evidence.gather([*records(), crash]),
        findings=(),
        verdict="crash",
        exit_status=3,
        stages=(StageResult("smoke", "crashed", None, 7.42, 12),),
    )
