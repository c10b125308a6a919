"""What the sources tell the observers.

Events hold strong references to the user's tensors and modules: they live for one call, and observers keep none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar

import torch

from trialrun.capture.readings import tensors_in
from trialrun.evidence.place import Where


@dataclass(slots=True)
class ModuleCall:
    """One running call of a module. ``inputs`` are its positional arguments.

    ``keywords`` are known from the beginning of a model call; of others only once they have returned.
    """

    module: torch.nn.Module
    root: torch.nn.Module  # the outermost module of this call, or the parent whose forward() was called directly
    name: str  # dotted, relative to the root
    outermost: bool
    grad_enabled: bool
    inputs: tuple[Any, ...]
    where: Where | None  # known for outermost and stray calls
    is_model: bool = False  # an outermost call of a module with parameters: not a loss, not a transform
    is_inside_model: bool = False  # such a call, or one made by it
    stray: bool = False  # it is not among root.modules(), and its caller is
    keywords: dict[str, Any] = field(default_factory=dict)
    release: Callable[[], None] | None = None  # undoes what entering it had to switch off
    number: int = -1  # model calls are counted as they return

    @property
    def given(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """All arguments that are known."""
        return self.inputs, self.keywords

    def outputs(self, output: Any) -> list[torch.Tensor]:
        """The tensors of ``output`` that are not inputs handed through."""
        given = {id(tensor) for tensor in tensors_in(self.given)}
        return [tensor for tensor in tensors_in(output) if id(tensor) not in given]


@dataclass(slots=True)
class Backward:
    """One backward, or an ``autograd.grad`` with respect to parameters."""

    losses: tuple[torch.Tensor, ...]
    where: Where | None
    reached: dict[int, torch.Tensor]  # leaves the graph reaches, by id
    complete: bool  # False: the graph was too large to be walked to its end
    marks: tuple[dict[str, Any], ...]  # our marks on the nodes passed, nearest to the loss first
    accumulates: bool  # fills ``.grad`` of the leaves (``autograd.grad`` returns gradients instead)
    calls: frozenset[int] = frozenset()  # model calls that led to the losses, by value
    value: float | None = None  # of the one scalar, without the factor of a gradient scaler


@dataclass(slots=True)
class Step:
    """One running step of an optimiser."""

    optimiser: torch.optim.Optimizer
    id: int
    where: Where | None
    learning_rates: tuple[float, ...]
    parameters: list[torch.Tensor]
    has_closure: bool


@dataclass(frozen=True, slots=True)
class Update:
    """An update that has just happened: ``index`` counts them from 0; ``optimiser`` is -1 for hand-written ones."""

    index: int
    optimiser: int


@dataclass(slots=True)
class Operation:
    """One call of a torch function, after it returned."""

    name: str  # "cross_entropy", "sub", "data", ... without underscores around it
    function: Any
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    inputs: list[torch.Tensor]
    outputs: list[torch.Tensor]
    in_place: bool
    grad_enabled: bool
    result: Any = None  # as returned: ``item`` gives a number


@dataclass(slots=True)
class FunctionCall:
    """A call of a custom ``autograd.Function`` that recorded gradients, and changed none of its inputs."""

    cls: Any
    arguments: tuple[Any, ...]
    apply: Callable[..., Any]  # the same call on other arguments, unseen


@dataclass(slots=True)
class Clip:
    """One clipping of gradients by ``torch.nn.utils``, which has just happened."""

    kind: str  # "norm" | "value"
    parameters: list[torch.Tensor]  # those that have a gradient
    limit: float
    size: float | None  # before it: L2 norm of all of them, or the largest absolute element
    where: Where | None


@dataclass(slots=True)
class Unscaling:
    """An enabled ``GradScaler`` is about to unscale the gradients of ``optimiser``, or to make its step."""

    optimiser: torch.optim.Optimizer
    steps: bool


class Observer:
    """Turns events into records. What it does not override costs nothing."""

    kinds: ClassVar[tuple[str, ...]] = ()  # the record kinds that are missing when it fails
    operations: ClassVar[frozenset[str] | None] = None  # names of those it wants to hear of; None: of all

    def module_entered(self, call: ModuleCall) -> None: ...

    def module_left(self, call: ModuleCall, output: Any) -> None: ...

    def mode_set(self, module: torch.nn.Module, training: bool) -> None:
        """``module.train()`` or ``module.eval()`` was called from outside of any other such call."""

    def optimiser_built(self, optimiser: torch.optim.Optimizer, ident: int) -> None: ...

    def settle(self) -> None:
        """A backward is about to begin, or the end has come: notice now what was changed by hand since the last one."""

    def backward_begins(self, event: Backward) -> None: ...

    def backward_ended(self, event: Backward) -> None: ...

    def step_begins(self, step: Step) -> None: ...

    def step_ended(self, step: Step) -> None: ...

    def updated(self, update: Update) -> None: ...

    def operation(self, op: Operation) -> None:
        """Unlike the other events, not told within ``_torch.reading()``: it is too frequent."""

    def function_called(self, call: FunctionCall) -> None: ...

    def gradients_cleared(self, where: Where | None) -> None: ...

    def clipped(self, clip: Clip) -> None: ...

    def unscaling(self, event: Unscaling) -> None: ...
    def operation_raised(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """A torch function called ``name`` raised on these arguments."""

    def finish(self) -> None: ...


EVENTS = tuple(name for name in vars(Observer) if not name.startswith("_") and name not in ("kinds", "operations"))
