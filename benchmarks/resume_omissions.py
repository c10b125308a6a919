"""Claim: a checkpoint that holds everything resumes bit for bit; of one that lacks a piece, exactly that is named.

    python benchmarks/resume_omissions.py [--only NAME ...]

One training has every kind of state there is: AdamW, a one-cycle schedule, a gradient scaler, BatchNorm, dropout, a
buffer that state_dict leaves out, averaged weights, noise from torch's, NumPy's and Python's global generators and from
two of its own, and a shuffling loader. The list of what is left out is fixed below. Exit status 1 where a verdict or a
name is not the one expected.
"""

from __future__ import annotations

import argparse
import random
import sys
from typing import Any

import numpy
import torch
from measure import table
from torch.utils.data import DataLoader, TensorDataset

import trialrun
from trialrun import numerics
from trialrun.numerics import plain_values

# What is left out of the checkpoint -> the pieces that have to be named, and no others.
OMISSIONS: dict[str, list[str]] = {
    "nothing": [],
    "parameters": ["parameters (model)"],
    "optimizer": ["optimizer"],
    "schedule": ["learning-rate scheduler (scheduler)"],
    "scaler": ["gradient scaler (scaler)"],
    "buffers": ["buffers (model)"],
    "unsaved buffer": ["non-persistent buffers (model)"],
    "averages": ["averaged weights (averages)"],
    "torch RNG": ["torch RNG"],
    "NumPy RNG": ["NumPy RNG"],
    "Python RNG": ["Python RNG"],
    "own torch RNG": ["torch RNG (noise)"],
    "own NumPy RNG": ["NumPy RNG (rng)"],
    "sampler": ["sampler position (loader)"],
    "counter": ["value (updates)"],
}


class Everything:
    """A training with every kind of state; ``omitted`` names what its checkpoint lacks."""

    def __init__(self, omitted: str) -> None:
        self.omitted = omitted
        self.model = torch.nn.Sequential(
            torch.nn.Linear(6, 8), torch.nn.BatchNorm1d(8), torch.nn.Dropout(0.2), torch.nn.Linear(8, 1)
        )
        self.model.register_buffer("drift", torch.zeros(()), persistent=False)
        self.averages = {name: parameter.detach().clone() for name, parameter in self.model.named_parameters()}
        self.optimizer = torch.optim.AdamW(self.model.parameters(), lr=0.01)
        self.scheduler = torch.optim.lr_scheduler.OneCycleLR(self.optimizer, max_lr=0.1, total_steps=50)
        # No power of two, so that it shows in the last bits of a gradient in float32.
        self.scaler = torch.amp.GradScaler("cpu", init_scale=1000.0, growth_factor=1.7, growth_interval=2)
        self.noise = torch.Generator().manual_seed(1)
        self.rng = numpy.random.default_rng(2)
        made = torch.Generator().manual_seed(3)
        self.data = TensorDataset(torch.randn(20, 6, generator=made), torch.randn(20, 1, generator=made))
        self.loader = trialrun.ResumableLoader(DataLoader(self.data, batch_size=4, shuffle=True))
        self.batch = self.data.tensors[0]
        self.updates = 0
        self._batches: Any = None

    def step(self) -> float:
        if self._batches is None:
            self._batches = iter(self.loader)
        inputs, targets = next(self._batches, (None, None))
        if inputs is None:
            self._batches = iter(self.loader)
            inputs, targets = next(self._batches)
        inputs = inputs + 0.1 * torch.randn(inputs.shape, generator=self.noise) + random.gauss(0, 0.1)
        inputs = inputs * float(numpy.random.normal(1, 0.1)) + float(self.rng.normal(0, 0.1)) + 0.01 * self.updates
        loss = (self.model(inputs) + self.model.drift - targets).square().mean()
        self.optimizer.zero_grad()
        self.scaler.scale(loss).backward()
        self.scaler.step(self.optimizer)
        self.scaler.update()
        self.scheduler.step()
        self.updates += 1
        with torch.no_grad():
            self.model.drift += 0.01
            for name, parameter in self.model.named_parameters():
                self.averages[name].lerp_(parameter, 0.1)
        return float(loss.detach())

    def state_dict(self) -> dict[str, Any]:
        state = {
            "parameters": dict(self.model.named_parameters()),
            "buffers": {name: buffer for name, buffer in self.model.named_buffers() if name != "drift"},
            "unsaved buffer": self.model.drift,
            "averages": self.averages,
            "optimizer": self.optimizer.state_dict(),
            "schedule": self.scheduler.state_dict(),
            "scaler": self.scaler.state_dict(),
            "own torch RNG": self.noise.get_state(),
            "own NumPy RNG": self.rng.bit_generator.state,
            "sampler": self.loader.state_dict(),
            "counter": self.updates,
            **{f"{name} RNG": state for name, state in plain_values.global_states().items()},
        }
        state.pop(self.omitted, None)
        return state

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.model.load_state_dict({**state.get("parameters", {}), **state.get("buffers", {})}, strict=False)
        if "unsaved buffer" in state:
            self.model.drift.copy_(state["unsaved buffer"])
        self.averages = state.get("averages", self.averages)
        for name, part in (("optimizer", self.optimizer), ("schedule", self.scheduler), ("scaler", self.scaler)):
            if name in state:
                part.load_state_dict(state[name])
        if "own torch RNG" in state:
            self.noise.set_state(state["own torch RNG"])
        if "own NumPy RNG" in state:
            self.rng.bit_generator.state = state["own NumPy RNG"]
        if "sampler" in state:
            self.loader.load_state_dict(state["sampler"])
            self._batches = iter(self.loader)
        self.updates = state.get("counter", 0)
        generators = {name: state.get(f"{name} RNG") for name in plain_values.global_states()}
        plain_values.put_global_states({name: at for name, at in generators.items() if at is not None})


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", default=[], choices=OMISSIONS)
    arguments = parser.parse_args()
    rows, wrong = [], 0
    for omitted in arguments.only or OMISSIONS:
        result = numerics.resume(lambda omitted=omitted: Everything(omitted), stop=3, steps=4)
        named = [piece["piece"] for piece in result.facts.get("missing", ())]
        expected = OMISSIONS[omitted]
        right = named == expected and result.verdict is (numerics.Verdict.BUG if expected else numerics.Verdict.BITWISE)
        wrong += not right
        told = ", ".join(named) or "nothing"
        trials = result.facts.get("trials", 0)
        rows.append([omitted, result.verdict.value, told, trials, f"{result.seconds:.1f}", "yes" if right else "NO"])
        if not right:
            print(f"{omitted}: {result.reason}\n" + "\n".join(result.summary), flush=True)
    print(table(["left out", "verdict", "named", "resumed runs", "s", "right"], rows))
    print(f"{len(rows) - wrong} of {len(rows)} right")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
