"""What is trained: the subject's own training, or AdamW on its batch where it has none; and what each update left."""

from __future__ import annotations

import copy
import struct
from dataclasses import dataclass, field
from typing import Any

import torch

from trialrun import _torch
from trialrun.capture.readings import fingerprint, readable
from trialrun.numerics import piece, samples
from trialrun.numerics.pieces import pieces_of
from trialrun.numerics.plain_values import seed_all
from trialrun.numerics.subject import Subject, UnsupportedError, call, users_code

_COMPARED = (piece.PARAMETERS, piece.BUFFERS, piece.UNSAVED_BUFFERS, piece.AVERAGES)


class DefaultTraining:
    """AdamW with its own settings on one batch: ``loss(model, batch)``, or the mean of the squares of the outputs."""

    def __init__(self, subject: Subject) -> None:
        own = subject.copy()
        if own.module is None or not any(parameter.requires_grad for parameter in own.module.parameters()):
            raise UnsupportedError(f"{subject.name} has no parameter to train")
        self.model = own.module
        self.batch = own.batch
        self.loss = own.loss or _mean_square
        self.optimizer = torch.optim.AdamW(p for p in self.model.parameters() if p.requires_grad)

    def step(self) -> torch.Tensor:
        """One update; returns its loss."""
        self.optimizer.zero_grad()
        loss = self.loss(self.model, self.batch)
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimizer.step()
        return loss.detach()

    def state_dict(self) -> dict[str, Any]:
        """All of it, with the random generators that layers draw from."""
        return {f"{held.path} {held.kind}": held.take() for held in pieces_of(self) if held.take is not None}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Put back what :meth:`state_dict` gave."""
        for held in pieces_of(self):
            if held.take is not None:
                held.put(state[f"{held.path} {held.kind}"])


def _mean_square(model: Any, batch: Any) -> torch.Tensor:
    outputs = [tensor for tensor in samples.tensors(call(model, batch)) if tensor.requires_grad]
    if not outputs:
        raise UnsupportedError("no output of the model depends on its parameters: nothing can be trained")
    squares: torch.Tensor = sum(output.square().mean() for output in outputs)  # type: ignore[assignment]
    return squares


def made_afresh(subject: Subject, seed: int) -> Any:
    """A new training, all global random generators seeded with ``seed`` before it is made.

    Raises UnsupportedError where the subject's training cannot be made a second time.
    """
    seed_all(seed)
    if subject.remake is not None:
        with users_code("the factory"):
            subject = subject.remake()
    elif subject.training is not None:
        raise UnsupportedError("a training that is handed over cannot be made afresh: hand over the function making it")
    return training_of(subject)


def training_of(subject: Subject) -> Any:
    """Its own training, or the default one on a copy of its model."""
    return DefaultTraining(subject) if subject.training is None else subject.training


def stands_in(subject: Subject) -> tuple[str, ...]:
    """A line on what is trained where ``subject`` has no training of its own."""
    if subject.training is not None:
        return ()
    loss = "its loss" if subject.loss else "the mean of the squares of its outputs, for want of a loss"
    return (f"Trained here: AdamW on one batch and {loss}; a factory may return a training of your own instead.",)


@dataclass(frozen=True)
class Update:
    """What one update left: its loss and fingerprints of all parameters and buffers, by name; JSON values.

    ``loss`` is the value's bits as text, "" where ``step()`` returned no number.
    """

    loss: str
    value: float | None
    prints: dict[str, str] = field(default_factory=dict)

    def same_bits(self, other: Update) -> bool:
        """Whether both left the same; two losses that are NaN may."""
        return (self.loss, self.prints) == (other.loss, other.prints)


def update(training: Any) -> Update:
    """Make one update of ``training``."""
    with users_code("step()"):
        loss = training.step()
    numbers = _numbers(loss)
    bits = " ".join(struct.pack("<d", number).hex() for number in numbers)
    return Update(bits, numbers[0] if numbers else None, prints(tensors_of(training)))


def tensors_of(training: Any) -> dict[str, torch.Tensor]:
    """Copies of the parameters and buffers in reach of ``training``, by name."""
    found: dict[str, torch.Tensor] = {}
    for part in pieces_of(training):
        if part.kind in _COMPARED and part.take is not None:
            held = part.take()
            named = (
                {"": held}
                if isinstance(held, torch.Tensor)
                else dict(held if isinstance(held, dict) else enumerate(held))
            )
            found.update((".".join(filter(None, (part.path, str(name)))), t) for name, t in named.items())
    return found


def prints(tensors: dict[str, torch.Tensor]) -> dict[str, str]:
    """A fingerprint of each, as text."""
    with _torch.reading():
        return {name: str(fingerprint(tensor)) for name, tensor in tensors.items()}


def evaluated(training: Any) -> Update | None:
    """What its ``evaluate()`` returns, or its model in evaluation mode for its ``batch``; None where it has neither."""
    own, model, batch = (getattr(training, name, None) for name in ("evaluate", "model", "batch"))
    if callable(own):
        with users_code("evaluate()"):
            outputs = own()
    elif isinstance(model, torch.nn.Module) and batch is not None:
        with users_code("the model"), torch.no_grad():
            outputs = call(copy.deepcopy(model).eval(), samples.copied(batch))
    else:
        return None
    held = {f"evaluation output {n}": tensor for n, tensor in enumerate(samples.tensors(outputs)) if readable(tensor)}
    numbers = [] if held else _numbers(outputs)
    bits = " ".join(struct.pack("<d", number).hex() for number in numbers)
    return Update(bits, numbers[0] if numbers else None, prints(held))


def _numbers(value: Any) -> list[float]:
    if isinstance(value, torch.Tensor):
        return [float(number) for number in value.detach().double().flatten().tolist()] if readable(value) else []
    if isinstance(value, dict):
        return [number for item in value.values() for number in _numbers(item)]
    if isinstance(value, (list, tuple)):
        return [number for item in value for number in _numbers(item)]
    try:
        return [float(value)]
    except (TypeError, ValueError):
        return []


@dataclass(frozen=True)
class Difference:
    """Where two runs part: ``index`` of the update from 0, and what differs first in it: "loss" or a tensor's name."""

    index: int
    what: str
    values: tuple[float | None, float | None] = (None, None)  # the losses of that update
    differing: int = 0  # tensors that differ after it
    tensors: int = 0  # that were compared


def first_difference(one: list[Update], other: list[Update]) -> Difference | None:
    """The first update in which two runs are not the same bit for bit; None where none is."""
    for index, (mine, theirs) in enumerate(zip(one, other, strict=True)):
        names = [*mine.prints, *(name for name in theirs.prints if name not in mine.prints)]
        differing = [name for name in names if mine.prints.get(name) != theirs.prints.get(name)]
        if mine.loss != theirs.loss or differing:
            what = "loss" if mine.loss != theirs.loss else differing[0]
            return Difference(index, what, (mine.value, theirs.value), len(differing), len(names))
    return None


def compared(updates: list[Update]) -> str:
    """How much two runs of these would be compared in, in words; "" where nothing would be."""
    losses, tensors = sum(bool(each.loss) for each in updates), max((len(each.prints) for each in updates), default=0)
    told = [f"{losses} losses"] if losses else []
    return " and ".join([*told, f"{tensors} parameters and buffers"] if tensors else told)
