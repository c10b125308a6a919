"""What an experiment of the numerics laboratory came to: one documented verdict, never a bare yes or no."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from enum import Enum
from typing import Any


class Verdict(str, Enum):
    """The verdicts; no other is given."""

    BITWISE = "BITWISE"  # equal, bit for bit
    ROUNDING = "ROUNDING"  # differs by rounding alone: as accurate as the reference path, measured by float64
    COUPLED = "COUPLED"  # samples influence each other: fine where it is declared
    BUG = "BUG"  # what differs is no rounding
    INCONCLUSIVE = "INCONCLUSIVE"  # the dtype's own error is as large as a real bug's
    UNSUPPORTED = "UNSUPPORTED"  # it cannot be measured on this target

    @property
    def meaning(self) -> str:
        """In a few words, for a reader who meets it."""
        return _MEANING[self]


_MEANING = {
    Verdict.BITWISE: "equal, bit for bit",
    Verdict.ROUNDING: "differs by rounding alone",
    Verdict.COUPLED: "samples influence each other",
    Verdict.BUG: "differs by more than rounding",
    Verdict.INCONCLUSIVE: "cannot be told",
    Verdict.UNSUPPORTED: "cannot be measured",
}


# From what speaks least against the target to what speaks most: of several results the last is the verdict of all.
_ORDER = (
    Verdict.BITWISE, Verdict.ROUNDING, Verdict.UNSUPPORTED, Verdict.INCONCLUSIVE, Verdict.COUPLED, Verdict.BUG,
)  # fmt: skip


def worst(verdicts: list[Verdict]) -> Verdict:
    """The verdict of all of ``verdicts`` together; UNSUPPORTED where there are none."""
    return max(verdicts, key=_ORDER.index, default=Verdict.UNSUPPORTED)


@dataclass(frozen=True)
class Options:
    """What an experiment may be told; each one says in its docstring which of these it heeds."""

    dtypes: tuple[str, ...] = ("fp32",)  # of fp32, fp64, bf16, fp16
    fp32_precision: tuple[str, ...] = ("ieee",)  # of ieee, tf32, bf16; each in a process of its own
    paths: tuple[str, ...] = ("eager",)  # of eager, compile, export, onnx
    mitigations: bool = False  # measure what each known mitigation fixes, and its cost
    device: str = "cpu"
    limit: int = 64  # largest batch size, in samples
    micro_batches: int = 4
    ragged: bool = True  # also with a last micro-batch that is smaller
    steps: int = 3  # further updates that are compared
    stop: int = 3  # updates before the stop of a resume
    threads: tuple[int, ...] = ()  # thread counts to vary; empty: what the experiment finds sensible
    workers: int = 2  # worker processes of a loader
    epochs: int = 2
    seed: int = 0
    expect: tuple[str, ...] = ()  # verdicts declared legitimate: COUPLED

    def payload(self) -> dict[str, Any]:
        """As JSON values."""
        return dataclasses.asdict(self)

    @classmethod
    def from_payload(cls, payload: dict[str, Any]) -> Options:
        """What :meth:`payload` described; JSON has made lists of the tuples."""
        values: dict[str, Any]
        values = {name: tuple(value) if isinstance(value, list) else value for name, value in payload.items()}
        return cls(**values)


@dataclass(frozen=True)
class NumericsResult:
    """One experiment on one target.

    ``reason`` is one sentence with the measured numbers; ``summary`` further lines for a screen; ``facts`` the numbers
    behind them, by name, as JSON values; ``rows`` the lines of the CSV, by column; ``advice`` what to do, "" if
    nothing. ``control`` tells what became of the negative control: a defect planted in the same run, which the
    experiment has to catch ("" where it has none).
    """

    experiment: str
    target: str
    verdict: Verdict
    reason: str
    summary: tuple[str, ...] = ()
    advice: str = ""
    control: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    rows: tuple[dict[str, Any], ...] = ()
    expect: tuple[str, ...] = ()
    seconds: float = 0.0
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether nothing speaks against the target: bitwise, rounding, or declared in ``expect``."""
        return self.verdict in (Verdict.BITWISE, Verdict.ROUNDING) or self.verdict.value in self.expect

    @property
    def exit_status(self) -> int:
        """0 where nothing speaks against the target, 1 where something does, 5 where nothing could be judged."""
        if self.ok:
            return 0
        return 5 if self.verdict in (Verdict.INCONCLUSIVE, Verdict.UNSUPPORTED) else 1

    def payload(self) -> dict[str, Any]:
        """As JSON values."""
        return {**dataclasses.asdict(self), "verdict": self.verdict.value}

    @classmethod
    def from_payload(cls, payload: dict[str, Any]) -> NumericsResult:
        """What :meth:`payload` described."""
        values: dict[str, Any]
        values = {name: tuple(value) if isinstance(value, list) else value for name, value in payload.items()}
        return cls(**{**values, "verdict": Verdict(payload["verdict"])})
