"""Claim: ``numerics.accum`` names every real mistake of accumulation, and passes every right loop, at any loss scale.

    python benchmarks/accumulation_bugs.py

Each program below is judged at loss scales 1e-4, 1 and 1e3 with five seeds (weights and data), in float64 and float32,
on 22 samples in 4 micro-batches, of one size and with a smaller last one. "fp64" is |g - g_batch| / |g_batch|, "fp32
ratio" how many times farther from the float64 gradient the accumulated float32 one is than one batch's own. Beside it
what ``torch.allclose`` with its defaults says of the same float32 gradients.
"""

from __future__ import annotations

import copy
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import torch.distributed
from measure import table
from torch import nn
from torch.nn import functional as F
from torch.nn.parallel import DistributedDataParallel

import trialrun
from trialrun import numerics
from trialrun.numerics import samples

SCALES = (1e-4, 1.0, 1e3)
SEEDS = range(5)
SAMPLES, PARTS, TOKENS, CLASSES, WIDTH = 22, 4, 9, 5, 8
IGNORED = -100
CLASS_WEIGHTS = (1.0, 4.0, 0.5, 2.0, 8.0)
HEADER = ("program", "has to be", "runs", "right", "fp64", "fp32 ratio", "allclose", "otherwise")

Loss = Callable[[Any, Any], torch.Tensor]
Loop = Callable[[Any, list[Any], Loss], None]


# Losses of a batch (inputs, targets); `samples` has one target a sample, `tokens` one a token, some of them padding.


def mean(model: Any, batch: Any) -> torch.Tensor:
    """Over samples; over the tokens that are not padding."""
    return F.cross_entropy(model(batch[0]).flatten(0, -2), batch[1].flatten(), ignore_index=IGNORED)


def total(model: Any, batch: Any) -> torch.Tensor:
    return F.cross_entropy(model(batch[0]).flatten(0, -2), batch[1].flatten(), ignore_index=IGNORED, reduction="sum")


def weighted(model: Any, batch: Any) -> torch.Tensor:
    scores = model(batch[0])
    return F.cross_entropy(scores, batch[1], weight=torch.tensor(CLASS_WEIGHTS).to(scores))


def tokens_of(batch: Any) -> int:
    return int((batch[1] != IGNORED).sum())


def weight_of(batch: Any) -> float:
    return float(torch.tensor(CLASS_WEIGHTS)[batch[1]].sum())


# Loops over one window.


def missing_division(model: Any, micro_batches: list[Any], loss: Loss) -> None:
    for batch in micro_batches:
        loss(model, batch).backward()


def divided_by_k(model: Any, micro_batches: list[Any], loss: Loss) -> None:
    for batch in micro_batches:
        (loss(model, batch) / len(micro_batches)).backward()


def divided_by_k_minus_1(model: Any, micro_batches: list[Any], loss: Loss) -> None:
    for batch in micro_batches:
        (loss(model, batch) / (len(micro_batches) - 1)).backward()


def lost_tail(model: Any, micro_batches: list[Any], loss: Loss) -> None:
    for batch in micro_batches[:-1]:
        (loss(model, batch) / len(micro_batches)).backward()


def cleared_within(model: Any, micro_batches: list[Any], loss: Loss) -> None:
    for batch in micro_batches:
        model.zero_grad()
        (loss(model, batch) / len(micro_batches)).backward()


def first_unscaled(model: Any, micro_batches: list[Any], loss: Loss) -> None:
    for index, batch in enumerate(micro_batches):
        (loss(model, batch) / (len(micro_batches) if index else 1)).backward()


def never_unscaled(model: Any, micro_batches: list[Any], loss: Loss) -> None:
    scaler = torch.amp.GradScaler("cpu")
    for batch in micro_batches:
        scaler.scale(loss(model, batch) / len(micro_batches)).backward()


def divided_in_place(model: Any, micro_batches: list[Any], loss: Loss) -> None:
    for batch in micro_batches:
        loss(model, batch).backward()
        for parameter in model.parameters():
            parameter.grad /= len(micro_batches)


def summed(model: Any, micro_batches: list[Any], loss: Loss) -> None:
    for batch in micro_batches:
        (loss(model, batch) * len(batch[0])).backward()


def by(count: Callable[[Any], float]) -> Loop:
    def loop(model: Any, micro_batches: list[Any], loss: Loss) -> None:
        whole = sum(count(batch) for batch in micro_batches)
        for batch in micro_batches:
            (loss(model, batch) * (count(batch) / whole)).backward()

    return loop


def template(count: Any = None, reduction: Any = "mean", wrap: Any = None, scaled: bool = False) -> Loop:
    def loop(model: Any, micro_batches: list[Any], loss: Loss) -> None:
        net = wrap(model) if wrap else model
        scaler = torch.amp.GradScaler("cpu") if scaled else None
        windows = trialrun.accumulate(micro_batches, PARTS, model=net, count=count, reduction=reduction, scaler=scaler)
        for window in windows:
            for micro in window:
                micro.backward(loss(net, micro.batch))
        if scaler is not None:
            scaler.unscale_(torch.optim.SGD(model.parameters(), lr=0.1))

    return loop


def samples_of(batch: Any) -> int:
    return len(batch[0])


@dataclass(frozen=True)
class Program:
    name: str
    loss: Loss
    loop: Loop | None  # None: trialrun.accumulate as the experiment itself uses it
    cause: str = ""  # of a mistake; "": the program is right
    tokens: bool = False
    dropout: bool = False
    ragged: bool = True


PROGRAMS = (
    Program("missing 1/k", mean, missing_division, "missing 1/k"),
    Program("missing 1/k, dropout", mean, missing_division, "missing 1/k", dropout=True),
    Program("missing 1/k, token mean", mean, missing_division, "mean of means", tokens=True),
    Program("1/(k-1)", mean, divided_by_k_minus_1, "off by one"),
    Program("mean of token means", mean, divided_by_k, "mean of means", tokens=True),
    Program("mean of weighted means", weighted, divided_by_k, "mean of means"),
    Program("token means by samples", mean, by(samples_of), "mean of means", tokens=True),
    Program("lost tail", mean, lost_tail, "lost tail"),
    Program("lost tail, token mean", mean, lost_tail, "lost tail", tokens=True),
    Program("ragged tail as a full one", mean, divided_by_k, "ragged tail"),
    Program("zero_grad in the window", mean, cleared_within, "zero_grad inside the window"),
    Program("sum instead of mean", mean, summed, "sum instead of mean"),
    Program("sum divided by k", total, divided_by_k, "mean of sums"),
    Program("first one not scaled", mean, first_unscaled, "one micro-batch"),
    Program("scaler never unscaled", mean, never_unscaled, "not unscaled"),
    Program("gradient divided in place", mean, divided_in_place, "scaled in place"),
    Program("mean, one size, / k", mean, divided_by_k, ragged=False),
    Program("mean, ragged, by samples", mean, by(samples_of)),
    Program("mean, ragged, dropout", mean, by(samples_of), dropout=True),
    Program("sum", total, missing_division),
    Program("sum over tokens", total, missing_division, tokens=True),
    Program("token mean by counts", mean, by(tokens_of), tokens=True),
    Program("weighted mean by weights", weighted, by(weight_of)),
    Program("no loop, mean", mean, None),
    Program("no loop, sum", total, None),
    Program("no loop, token mean", mean, None, tokens=True),
    Program("no loop, weighted mean", weighted, None),
    Program("trialrun.accumulate", mean, template()),
    Program("trialrun.accumulate, sum", total, template(reduction="sum")),
    Program("trialrun.accumulate, tokens", mean, template(tokens_of), tokens=True),
    Program("trialrun.accumulate, scaler", mean, template(scaled=True)),
    Program("trialrun.accumulate, DDP", mean, template(wrap=DistributedDataParallel)),
    Program("trialrun.accumulate, DDP, tokens", mean, template(tokens_of, wrap=DistributedDataParallel), tokens=True),
)


def made(program: Program, seed: int) -> tuple[nn.Module, tuple[torch.Tensor, torch.Tensor]]:
    torch.manual_seed(seed)
    drop = [nn.Dropout(0.3)] if program.dropout else []
    net = nn.Sequential(nn.Linear(WIDTH, 16), nn.GELU(), *drop, nn.LayerNorm(16), nn.Linear(16, CLASSES))
    if not program.tokens:
        return net, (torch.randn(SAMPLES, WIDTH), torch.randint(0, CLASSES, (SAMPLES,)))
    targets = torch.randint(0, CLASSES, (SAMPLES, TOKENS))
    lengths = torch.randint(1, TOKENS + 1, (SAMPLES, 1))
    targets[torch.arange(TOKENS) >= lengths] = IGNORED
    return net, (torch.randn(SAMPLES, TOKENS, WIDTH), targets)


def is_close(program: Program, net: nn.Module, batch: Any, scale: float) -> bool:
    """Whether ``torch.allclose`` holds the loop's float32 gradients for those of one batch."""
    assert program.loop is not None
    net = copy.deepcopy(net).eval()  # dropout off

    def loss(model: Any, taken: Any) -> torch.Tensor:
        return program.loss(model, taken) * scale

    used = SAMPLES if program.ragged else SAMPLES - SAMPLES % PARTS
    whole = samples.take(batch, range(used))
    loss(net, whole).backward()
    expected = [parameter.grad.clone() for parameter in net.parameters()]
    net.zero_grad()
    program.loop(net, samples.split(whole, PARTS), loss)
    return all(torch.allclose(p.grad, known) for p, known in zip(net.parameters(), expected, strict=True))


def row(program: Program) -> tuple[list[object], bool, list[float], int | None]:
    """The table's row, whether all runs were right, their float32 ratios, and how many allclose passes."""
    right, close, ratios, misses, other = 0, 0, [], [], []
    for scale in SCALES:
        for seed in SEEDS:
            net, batch = made(program, seed)
            close += program.loop is not None and is_close(program, net, batch, scale)
            result = numerics.accum(
                net,
                batch,
                lambda model, taken, scale=scale: program.loss(model, taken) * scale,
                accumulate=program.loop,
                micro_batches=PARTS,
                ragged=program.ragged,
                seed=seed,
            )
            cases = result.facts["cases"] if result.facts else []
            if program.cause:  # of the first case that shows the mistake
                shown = [case for case in cases if case["cause"] == program.cause][:1]
                good = result.verdict is numerics.Verdict.BUG and f"({program.cause})" in result.reason
            else:
                shown = cases
                good = result.verdict in (numerics.Verdict.BITWISE, numerics.Verdict.ROUNDING)
            good = good and "not caught" not in result.control and bool(shown)
            right += good
            if not good:
                other.append(f"scale {scale:g}, seed {seed}: {result.verdict.value}: {result.reason[:90]}")
            ratios += [case["fp32_ratio"] for case in shown]
            misses += [case["fp64_relative"] for case in shown]
    runs = len(SCALES) * len(SEEDS)
    passes = None if program.loop is None else close
    told = "" if passes is None else f"passes {passes}"
    wanted = f"BUG ({program.cause})" if program.cause else "BITWISE, ROUNDING"
    return (
        [program.name, wanted, runs, right, _range(misses), _range(ratios), told, other[0] if other else ""],
        right == runs,
        ratios,
        passes,
    )


def _range(values: list[float]) -> str:
    return f"{min(values):.2g}..{max(values):.2g}" if values else ""


def main() -> int:
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        torch.distributed.init_process_group("gloo", init_method=Path(folder, "store").as_uri(), rank=0, world_size=1)
        rows = [row(program) for program in PROGRAMS]
        torch.distributed.destroy_process_group()
    print(table(HEADER, [line for line, *_ in rows]))
    for name, is_bug in (("mistakes", True), ("right loops", False)):
        chosen = [found for program, found in zip(PROGRAMS, rows, strict=True) if bool(program.cause) is is_bug]
        good = sum(int(str(line[3])) for line, *_ in chosen)
        ratios = [ratio for _, _, each, _ in chosen for ratio in each]
        runs = len(chosen) * len(SCALES) * len(SEEDS)
        print(f"{name}: {good} of {runs} runs of {len(chosen)} programs right, fp32 ratio {_range(ratios)}")
        asked = [passes for *_, passes in chosen if passes is not None]
        print(f"  allclose passes {sum(asked)} of {len(asked) * len(SCALES) * len(SEEDS)}")
    print(f"{time.monotonic() - begun:.0f} s")
    return 0 if all(whole for _, whole, *_ in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
