"""What the crash cards share: who speaks for a crash, and the sentences about module, arguments and time."""

from __future__ import annotations

import math
import re
from abc import abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from trialrun.checks.base import Check
from trialrun.checks.registry import all_checks
from trialrun.checks.wording import count, number, shape
from trialrun.evidence import Evidence
from trialrun.evidence.place import Where
from trialrun.evidence.program import CallContext, CrashRecord, Frame
from trialrun.findings.finding import Finding, Severity

# What a layer takes, by the start of its class name; {0} and {1} are the first integers of its repr.
_WANTED = (
    ("Linear", "(batch, ..., {0} features)"),
    ("Conv1d", "(batch, {0} channels, length)"),
    ("Conv2d", "(batch, {0} channels, height, width)"),
    ("Conv3d", "(batch, {0} channels, depth, height, width)"),
    ("BatchNorm1d", "(batch, {0} features) or (batch, {0} channels, length)"),
    ("BatchNorm2d", "(batch, {0} channels, height, width)"),
    ("BatchNorm3d", "(batch, {0} channels, depth, height, width)"),
    ("LSTM", "({order}, {0} features)"),
    ("GRU", "({order}, {0} features)"),
    ("RNN", "({order}, {0} features)"),
    ("LayerNorm", "(..., {0} features)"),
    ("Embedding", "integer indices below {0}"),
)

_CHILD = re.compile(r"\(\w+\): ")  # in a module's repr
_WORKER = re.compile(r"Caught (\w+) in DataLoader worker process \d+")
_WORKER_FRAME = re.compile(r'File "([^"]+)", line (\d+), in (\S+)')
_ARGUMENT = re.compile(r"(.+?): (\w+) \(([\d, ]*)\) (\w+(?::\d+)?)(.*)")


@dataclass(frozen=True)
class Card:
    """One crash, explained."""

    explanation: str  # what came in and what was wanted
    fix: str
    measured: dict[str, Any] = field(default_factory=dict)
    expected: str = ""
    where: Where | None = None  # a better place than the innermost line of the user's
    explained_by: tuple[str, ...] = ()


class CrashCheck(Check):
    """Speaks for the crashes it recognises. A card with ``fallback`` speaks only when no other card does.

    What the user's own `raise` says may use the words of torch: that is for the fallbacks alone.
    """

    severity = Severity.ERROR
    needs: ClassVar[tuple[str, ...]] = ()  # no crash is good news, not missing evidence
    fallback: ClassVar[bool] = False

    @abstractmethod
    def explain(self, crash: CrashRecord, evidence: Evidence) -> Card | None:
        """The card, or None when this crash is of another kind."""

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        for crash in (unwrapped(crash, evidence) for crash in evidence.crash):
            if not crash.believed or (explained(crash, evidence) if self.fallback else crash.own):
                continue
            card = self.explain(crash, evidence)
            if card is not None:
                parts = (headline(crash), inside(crash.context), card.explanation, lateness(crash, evidence))
                yield self.finding(
                    " ".join(part for part in parts if part),
                    card.fix,
                    where=card.where or (crash.frames[-1].where if crash.frames else None),
                    measured={
                        "exception": crash.exception,
                        "phase": crash.phase,
                        "steps": crash.steps,
                        **card.measured,
                    },
                    expected=card.expected,
                    explained_by=card.explained_by,
                )


def explained(crash: CrashRecord, evidence: Evidence) -> bool:
    """Whether a card that is no fallback speaks for this crash."""
    if crash.own:
        return False
    cards = (check for check in all_checks() if isinstance(check, CrashCheck) and not check.fallback)
    return any(card.explain(crash, evidence) is not None for card in cards)


def headline(crash: CrashRecord) -> str:
    """The exception in one line."""
    text = crash.message.strip().splitlines()[0] if crash.message.strip() else ""
    text = text.partition(" Hint: enable anomaly detection")[0]  # the card says what that would
    line = f"{crash.exception}: {text}".rstrip(":") if text else crash.exception
    return line if line.endswith((".", "!", "?")) else line + "."


def unwrapped(crash: CrashRecord, evidence: Evidence) -> CrashRecord:
    """The exception that a data loader's worker sent over, as if it had been raised here; others as they are.

    Torch raises it anew in the main process, with the worker's traceback as its text.
    """
    found = _WORKER.match(crash.message)
    if not found:
        return crash
    files = [file for record in evidence.coverage for file in record.files]
    frames = []
    for path, line, function in _WORKER_FRAME.findall(crash.message):
        file = next((file for file in files if f"/{path}".endswith(f"/{file.removeprefix('./')}")), None)
        if file is not None:
            frames.append(Frame(Where(file, int(line), function), ""))
    last = crash.message.rstrip().rpartition("\n")
    message = next(
        (line for line in reversed(crash.message.splitlines()) if line.startswith(f"{found[1]}: ")), last[2]
    ).removeprefix(f"{found[1]}: ")
    return replace(crash, exception=found[1], message=message, frames=(*crash.frames, *frames), context=None)


def argument(context: CallContext | None, name: str) -> tuple[str, tuple[int, ...], str, str] | None:
    """dtype, shape, device and the rest ("values 0..9") of a tensor argument; None if there is none of that name."""
    for text in context.arguments if context else ():
        found = _ARGUMENT.match(text)
        if found and found[1] == name:
            return found[2], tuple(int(size) for size in re.findall(r"\d+", found[3])), found[4], found[5]
    return None


def value_range(context: CallContext | None, name: str) -> tuple[int, int] | None:
    """Smallest and largest value of an integer argument."""
    found = re.search(r"values (-?\d+)\.\.(-?\d+)", (argument(context, name) or ("",) * 4)[3])
    return (int(found[1]), int(found[2])) if found else None


def inside(context: CallContext | None) -> str:
    """Which module and operation it was, what came in and what the module takes."""
    if context is None:
        return ""
    came = ", ".join(context.arguments) or ", ".join(shape(sizes) for sizes in context.input_shapes)
    if context.module is None:
        return f"`{context.operation}` got {came}." if came else ""
    text = context.module_repr or context.module_cls or ""
    if _CHILD.search(text):  # all the layers of a model would bury what came in
        text = context.module_cls or text.partition("(")[0]
    name = f"{context.module} = {text}" if context.module else f"{text}"
    takes = wanted(context)
    got = ", ".join(shape(sizes) for sizes in context.input_shapes) if takes else ""
    got = got or came
    if not got:
        return f"In {name}."
    return f"In {name}{f', which takes {takes} and' if takes else ','} got {got}."


def wanted(context: CallContext) -> str:
    """The shape a layer of torch takes, with the names of its axes; "" for other modules."""
    cls, text = context.module_cls or "", context.module_repr or ""
    sizes = re.findall(r"\d+", text.partition("(")[2])
    order = "batch, time" if "batch_first=True" in text else "time, batch"
    pattern = next((pattern for start, pattern in _WANTED if cls.startswith(start)), "")
    return pattern.format(*sizes, order=order) if pattern and sizes else ""


def lateness(crash: CrashRecord, evidence: Evidence) -> str:
    """For a crash after training: what the full run would have cost before it."""
    if crash.phase != "after training":
        return ""
    steps = _planned_steps(evidence)
    cost = f"about {number(steps)}" if steps else "all its"
    return f"This comes only after the last epoch: the full run would make {cost} steps first, and then stop here."


def happened(crash: CrashRecord) -> str:
    """When it happened."""
    return {"before training": "before the first update"}.get(crash.phase, f"after {count(crash.steps, 'update')}")


def _planned_steps(evidence: Evidence) -> int | None:
    """Steps of the full run where one training loop and all loops around it have known lengths."""
    training = [loop.length for loop in evidence.loop if loop.kind == "training"]
    lengths = [*training, *(loop.length for loop in evidence.loop if loop.kind == "epoch")]
    if len(training) != 1 or None in lengths:
        return None
    return math.prod(length for length in lengths if length is not None)
