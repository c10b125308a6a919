"""Modules, parameters and updates."""

from __future__ import annotations

from dataclasses import dataclass

from trialrun.evidence.place import Where


@dataclass(frozen=True)
class LayerRow:
    """One module call of the first training step: a row of the layer table, in call order."""

    name: str  # dotted, from the root module; "" is the root itself
    cls: str
    root: str  # class name of the root model; several models in one program are kept apart by it
    input_shapes: tuple[tuple[int, ...], ...]
    output_shapes: tuple[tuple[int, ...], ...]
    parameters: int  # elements it owns itself, not those of its children
    activation_rms: float | None  # root mean square of its first float output
    zero_share: float | None  # share of exact zeros in that output, 0..1
    training: bool
    leaf: bool  # has no child modules


@dataclass(frozen=True)
class StrayModule:
    """A module called inside a root model's forward that is not among the root's ``modules()``."""

    name: str  # where it was found: "layers[2]" when an attribute of a module holds it in a list or dict, else ""
    cls: str
    root: str
    parameters: int  # trainable elements, it and its children
    steps: int  # training steps in which this very object was called
    training: bool  # module.training at those calls
    loaded: bool  # its weights came from load_state_dict
    has_gradient: bool  # a backward filled its parameters' gradients
    optimised: bool  # some optimiser holds one of its parameters, or its weights changed during rehearsal
    where: Where | None  # the line that called it


@dataclass(frozen=True)
class CutSite:
    """An operation that cut the autograd path behind a module's output: detach, .data, .item(), argmax, numpy, ..."""

    operation: str
    where: Where | None


@dataclass(frozen=True)
class ParameterRecord:
    """One parameter over the whole rehearsal; a later record of the same ``id`` replaces an earlier one."""

    id: int  # position in order of first sight, stable within a run
    name: str  # dotted, from its root model; "param3" for leaves of no module
    root: str  # class name of that model; "" for leaves of no module
    module: str  # dotted name of the module that owns it
    shape: tuple[int, ...]
    numel: int
    dtype: str
    requires_grad: bool
    optimisers: tuple[int, ...]  # ids of the optimisers that ever held it
    module_runs: int  # training-step calls of its module with gradient enabled
    reached: int  # backwards whose graph reached it
    gradient_norms: tuple[float | None, ...]  # L2, at each update of its optimiser; None: no gradient
    weight_norm: float | None  # L2, at the first update
    update_ratio: float | None  # |change| / |weight| of the first update with lr > 0
    changed: bool  # bits differ between the first sight in training and the end
    created_after_optimiser: bool  # registered in its module after the first optimiser was built
    loaded: bool  # its value came from load_state_dict
    value_reaches_loss: bool = False  # its module's output led, by value, to a loss that was backpropagated
    cuts: tuple[CutSite, ...] = ()  # operations that cut the graph on that way
    weight_decay: float = 0.0  # the largest that an optimiser's step applied to it


@dataclass(frozen=True)
class OptimiserRecord:
    """One optimiser; ``id`` -1 stands for hand-written updates. A later record of an id replaces the earlier one."""

    id: int
    cls: str
    where: Where | None  # the line that built it
    parameters: int  # tensors it holds
    steps: int = 0  # step() calls that ran
    steps_with_lr: int = 0  # of these, with a learning rate > 0 in some group
    changed: bool = False  # some tensor it holds differs in bits from before its first step
    gradients_seen: bool = False  # some step saw a finite, non-zero gradient
    foreign: int = 0  # tensors it holds that no backward reached and no forward's module owns
    step_where: Where | None = None  # the line that calls step()
    keeps_state: bool = False  # after a step it held tensors of its own: moments, momentum
    built_in: tuple[Where, ...] = ()  # the loops around its construction, innermost first
    step_in: tuple[Where, ...] = ()  # the loops around its last step, innermost first
    rewritten: bool = False  # before its first step something else had changed the weights that an earlier one left


@dataclass(frozen=True)
class UpdateRecord:
    """One update: an ``Optimizer.step`` or a hand-written change of leaves."""

    step: int  # 0-based
    optimiser: int  # id
    where: Where | None
    learning_rates: tuple[float, ...]
    loss: float | None  # value of the last backpropagated scalar
    gradient_norm: float | None  # L2 over all gradients it consumed
    update_norm: float | None  # L2 over all changes it made
    parameters_changed: int
    nonfinite_parameters: int = 0  # tensors with NaN or infinity after it that were finite before it
    nonfinite_before: int | None = 0  # tensors that had NaN or infinity before it; None: not looked at
    backwards: int = 1  # backward calls since its previous step
    stale_parameters: int = 0  # gradients that still held what this optimiser's previous step consumed
    seconds: float = 0.0  # wall time since the previous update, hooks included
