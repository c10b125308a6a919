"""What an experiment is made on: a model, a batch, and, where they are known, how it is trained."""

from __future__ import annotations

import contextlib
import copy
import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import torch

from trialrun.errors import UsageError
from trialrun.numerics import samples
from trialrun.numerics.frames import own_frames

Loss: TypeAlias = Callable[[Any, Any], torch.Tensor]


class UnsupportedError(Exception):
    """The experiment cannot be made on this subject: the verdict is UNSUPPORTED, the message its reason.

    ``lines`` is the traceback of the user's own code, where that raised an exception.
    """

    lines: tuple[str, ...] = ()


@contextlib.contextmanager
def users_code(what: str) -> Iterator[None]:
    """Whatever is raised within is the fault of ``what`` of the user's, not of ours.

    Raises UnsupportedError in its place.
    """
    try:
        yield
    except UnsupportedError:
        raise
    except Exception as error:
        first = (str(error).splitlines() or [""])[0]
        refusal = UnsupportedError(f"{what} raised {type(error).__name__}: {first}")
        refusal.lines = tuple(own_frames(error).splitlines())
        raise refusal from error


@dataclass
class Subject:
    """A model and a batch as a factory or a script gave them.

    ``loss(model, batch)`` gives a scalar tensor. ``accumulate(model, micro_batches, loss)`` leaves the gradient of
    several micro-batches in ``.grad``, as the user's own loop does. ``training`` has ``step()``, which makes one update
    and returns its loss, and ``state_dict()`` and ``load_state_dict(state)``, what is saved and restored. ``loader`` is
    what the batch came from. Of these four, None where the target has none.
    """

    model: Callable[..., Any]
    batch: Any
    name: str = "model"
    loss: Loss | None = None
    accumulate: Callable[[Any, list[Any], Loss], Any] | None = None
    training: Any = None
    loader: Any = None
    remake: Callable[[], Subject] | None = field(default=None, repr=False)  # the same once more, made afresh
    factory: str = ""  # PKG.MODULE:FACTORY that makes it in another process, "" where there is none

    @property
    def module(self) -> torch.nn.Module | None:
        """The model where it is a module: a plain function has no parameters, modes and layers."""
        return self.model if isinstance(self.model, torch.nn.Module) else None

    def copy(self) -> Subject:
        """The same with a model of its own, so that an experiment changes nothing of the user's.

        Raises UnsupportedError where the model cannot be copied.
        """
        try:
            model = copy.deepcopy(self.model)
        except Exception as error:
            raise UnsupportedError(f"{self.name} cannot be copied: {type(error).__name__}: {error}") from error
        return Subject(model, samples.copied(self.batch), self.name, self.loss, self.accumulate, loader=self.loader)


def call(model: Callable[..., Any], batch: Any) -> Any:
    """What ``model`` gives for ``batch``.

    A dict is handed over by keyword where the model takes all its keys, a tuple or list by position where it takes as
    many; a longer one is (inputs, targets), and its first item is handed over.

    Raises UnsupportedError where the model raises anything.
    """
    with users_code("the model"):
        return _called(model, batch)


def _called(model: Callable[..., Any], batch: Any) -> Any:
    if isinstance(batch, dict):
        return model(**batch) if _takes(model, (), batch) else model(batch)
    if isinstance(batch, (tuple, list)) and not samples.is_ragged(batch):
        return model(*batch) if _takes(model, tuple(batch), {}) else model(batch[0])
    return model(batch)


def _takes(model: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    function = model.forward if isinstance(model, torch.nn.Module) else model
    try:
        inspect.signature(function).bind(*args, **kwargs)
    except TypeError:
        return False
    except ValueError:  # it tells no signature
        return True
    return True


def from_made(made: Any, name: str) -> Subject:
    """The subject that ``FACTORY()`` returned: ``(model, batch)``, ``(model, batch, loss)``, a Subject, or a training.

    A batch that is a ``DataLoader`` stands for its first one.

    Raises:
        UsageError: it is none of these; the message says what it is.
    """
    if isinstance(made, Subject):
        made.name = name if made.name == "model" else made.name
        return made
    if isinstance(made, torch.utils.data.DataLoader):
        return Subject(torch.nn.Identity(), next(iter(made)), name, loader=made)
    if callable(getattr(made, "step", None)):
        return Subject(getattr(made, "model", made), getattr(made, "batch", None), name, training=made)
    if not isinstance(made, tuple) or len(made) not in (2, 3) or not callable(made[0]):
        raise UsageError(
            f"{name} returned {_described(made)}. It has to return (model, batch) or (model, batch, loss), where"
            " loss(model, batch) gives one number; a trialrun.numerics.Subject; or an object with step()."
        )
    model, batch, *rest = made
    if rest and not callable(rest[0]):
        raise UsageError(f"{name} returned {_described(rest[0])} as its third item: that has to be loss(model, batch).")
    loader = batch if isinstance(batch, torch.utils.data.DataLoader) else None
    first = next(iter(batch)) if loader is not None else batch
    return Subject(model, first, name, rest[0] if rest else None, loader=loader)


def _described(value: Any) -> str:
    if isinstance(value, tuple):
        return f"a tuple of {len(value)}: ({', '.join(type(item).__name__ for item in value)})"
    return "None" if value is None else f"a {type(value).__name__}"
