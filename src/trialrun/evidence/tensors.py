"""What one tensor, one batch and one loss call looked like."""

from __future__ import annotations

from dataclasses import dataclass, field

from trialrun.evidence.place import Where


@dataclass(frozen=True)
class TensorCard:
    """One tensor, described without keeping it.

    ``key`` is its path in what it came from (``[0]``, ``image``, ``x``); ``axes`` names each axis of ``shape``
    ("batch" where collation proved it, else "?" or a guess from the rank). Statistics are None for empty or
    non-numeric tensors and are taken over the finite elements only.
    """

    key: str
    shape: tuple[int, ...]
    dtype: str  # "float32", "int64", ...
    device: str
    axes: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    mean: float | None = None
    std: float | None = None
    nonfinite_count: int = 0
    nonfinite_first: tuple[int, ...] | None = None  # index of the first NaN or infinity
    label_counts: dict[str, int] | None = None  # integer tensors with few distinct values
    requires_grad: bool = False


@dataclass(frozen=True)
class BatchRecord:
    """The tensors of one training item, or, without a loader, those that entered model and loss."""

    step: int  # 0-based index of the optimiser step it preceded
    source: str  # "loader" | "loop item" | "model input" | "loss target"
    tensors: tuple[TensorCard, ...]
    batch_size: int | None = None  # samples; None where no batch axis is proven
    where: Where | None = None  # the loop that drew it, or the call that received it


@dataclass(frozen=True)
class TargetValues:
    """What the targets of one loss call were, over all their finite elements."""

    minimum: float
    maximum: float
    whole: bool  # every element is a whole number
    unreachable_share: float | None = None  # share outside the range of the activation in front of the loss, 0..1
    unreachable_variance: float | None = None  # mean squared distance to that range over the targets' variance
    several_hot_share: float | None = None  # cross_entropy: share of rows of zeros and ones with more than one one


@dataclass(frozen=True)
class LossCall:
    """One call of a loss function (``F.cross_entropy``, ``F.mse_loss``), or a hand-written scalar at ``backward``."""

    step: int
    function: str  # "cross_entropy", "mse_loss", ...; "backward" for a scalar of no known function
    where: Where | None
    value: float | None  # None when it is not a scalar
    training: bool = True  # its graph was used by a backward (False: evaluation)
    input_shape: tuple[int, ...] | None = None
    target_shape: tuple[int, ...] | None = None
    target_dtype: str | None = None
    reduction: str | None = None  # "mean" | "sum" | "none"
    weighted: bool = False  # class weights, pos_weight or label smoothing were given
    # the activation its input came straight out of, by the autograd graph: "softmax", "log_softmax", "sigmoid", "relu",
    # "tanh", "softplus", "hardtanh" (ReLU6 too), "hardsigmoid"
    # for nll_loss: "softmax" if that entered the log_softmax in front of it; "softmax without log" if there is no log
    input_from: str | None = None
    input_from_where: Where | None = None  # where that activation was applied, in the user's source
    uniform_loss: float | None = None  # loss of uniform guessing that the shape implies: ln C, ln 2; None if unknown
    layer: str | None = None  # "linear" | "convolution": its input is the bare output of such a layer with own weights
    layer_elsewhere: bool = False  # what was backpropagated holds that output also by another way than this loss
    summed: bool = True  # with a ``layer``: what was backpropagated is a sum, mean or multiple of it
    reaches_input: bool = False  # with a ``layer``: the backward also reached a leaf that is no known weight
    terms: int = 1  # known losses that led to the same backward
    input_range: tuple[float, float] | None = None  # least and greatest finite element
    # nll_loss, kl_div: least and greatest sum over the classes of exp(input); 1 for log-probabilities
    exp_sums: tuple[float, float] | None = None
    zero_share: float | None = None  # share of exact zeros in its input, 0..1, where an activation is in front
    targets: TargetValues | None = None


@dataclass(frozen=True)
class BroadcastPair:
    """A prediction (N, 1) that met a target (N,), or the reverse: N x N pairs instead of N."""

    step: int
    operation: str  # "mse_loss", "sub", ...
    where: Where | None
    left_shape: tuple[int, ...]
    right_shape: tuple[int, ...]
    result_shape: tuple[int, ...]  # (N, N): the pairs that are averaged
    prediction_side: str = "left"  # "left" | "right": which one the model's output led to
    by_hand: bool = False  # no module was called: the prediction is a product with weights


@dataclass(frozen=True)
class NonFinite:
    """The first operation of a step that turned finite inputs into NaN or infinity."""

    step: int
    operation: str  # "log", "div", "Linear.forward", ...
    kind: str  # "nan" | "inf"
    where: Where | None
    module: str | None = None  # dotted name of the module it ran in
    share: float = 0.0  # share of the output's elements, 0..1
    input_ranges: tuple[tuple[float, float], ...] = field(default=())  # (min, max) of each tensor input
