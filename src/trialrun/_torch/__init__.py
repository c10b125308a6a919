"""The only place that touches private or version-dependent torch.

Each name says what it stands for and why the public interface is not enough. Nothing here initialises an accelerator.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import torch
from torch.multiprocessing.reductions import StorageWeakRef
from torch.optim.optimizer import register_optimizer_step_post_hook, register_optimizer_step_pre_hook
from torch.utils.weak import TensorWeakRef

from trialrun._torch.hooks import call_keywords as call_keywords
from trialrun._torch.hooks import forward_hook as forward_hook
from trialrun._torch.hooks import module_registration_hook as module_registration_hook
from trialrun._torch.hooks import parameter_registration_hook as parameter_registration_hook
from trialrun._torch.hooks import without_keywords as without_keywords
from trialrun._torch.loaders import LoaderFacts as LoaderFacts
from trialrun._torch.loaders import loader_collate as loader_collate
from trialrun._torch.loaders import loader_dataset_id as loader_dataset_id
from trialrun._torch.loaders import loader_facts as loader_facts
from trialrun._torch.loaders import loader_fetchers as loader_fetchers
from trialrun._torch.loaders import loader_iterator as loader_iterator
from trialrun._torch.loaders import loader_iterator_length as loader_iterator_length
from trialrun._torch.loaders import loader_key as loader_key
from trialrun._torch.loaders import set_worker_dataset as set_worker_dataset
from trialrun._torch.loaders import skip_loader_batches as skip_loader_batches
from trialrun._torch.loaders import take_loader_order as take_loader_order
from trialrun._torch.precision import fp32_precision as fp32_precision
from trialrun._torch.softmaxes import implicit_softmax_dimensions as implicit_softmax_dimensions

AnyFunction = Callable[..., Any]


def weak(tensor: torch.Tensor) -> Callable[[], torch.Tensor | None]:
    """A weak reference to a tensor.

    A plain ``weakref.ref`` may hand out a tensor whose Python object autograd has taken over; torch's own weak
    reference repairs that, and has no public name.
    """
    return TensorWeakRef(tensor)


class reading:  # noqa: N801 - read as a statement: `with reading():`
    """Read tensors without being seen: no graph, no function modes, no dispatch modes of the user.

    Only the C++ switches turn modes off; a public way exists for subclasses alone. A class, not a generator: it is
    entered some fifty times a step.
    """

    __slots__ = ("_dispatch", "_grad_enabled", "_guard")

    def __enter__(self) -> None:
        self._grad_enabled = torch.is_grad_enabled()
        self._guard: Any = torch._C.DisableTorchFunction()
        self._guard.__enter__()
        torch._C._set_grad_enabled(False)
        self._dispatch: contextlib.AbstractContextManager[Any] | None = None
        if torch._C._len_torch_dispatch_stack():
            from torch.utils._python_dispatch import _disable_current_modes

            self._dispatch = _disable_current_modes()
            self._dispatch.__enter__()

    def __exit__(self, *raised: Any) -> None:
        if self._dispatch is not None:
            self._dispatch.__exit__(*raised)
        torch._C._set_grad_enabled(self._grad_enabled)
        self._guard.__exit__(*raised)


def hide_from_modes() -> Callable[[], None]:
    """Switch function modes off, and return what puts the switch back; see :func:`takes_fast_path`."""
    guard: Any = torch._C.DisableTorchFunction()
    guard.__enter__()
    return lambda: guard.__exit__(None, None, None)


_FAST_PATHS = (torch.nn.TransformerEncoder, torch.nn.TransformerEncoderLayer, torch.nn.MultiheadAttention)


def takes_fast_path(module: torch.nn.Module) -> bool:
    """Whether ``module`` may take a fused path which torch gives up when any function mode is active.

    The fused path differs in the last bits, so with a mode active an evaluation would not be bit-identical.
    """
    return isinstance(module, _FAST_PATHS) and not module.training


def has_own_dispatch(tensor: torch.Tensor) -> bool:
    """Whether reading ``tensor`` runs somebody else's code: fake, distributed or otherwise wrapped tensors."""
    return type(tensor).__torch_dispatch__ is not torch.Tensor.__torch_dispatch__


def in_transform() -> bool:
    """Whether a ``torch.func`` transform, a trace or a compilation runs now: values cannot be read there."""
    return (
        torch._C._functorch.maybe_current_level() is not None
        or torch._C._get_tracing_state() is not None
        or torch.compiler.is_compiling()
    )


def in_backward() -> bool:
    """Whether autograd runs a backward on this thread: a checkpointed block is computed again, for one."""
    return int(torch._C._current_graph_task_id()) != -1


def function_base() -> type:
    """The class whose ``apply`` that of every ``autograd.Function`` calls.

    ``Function.apply`` itself must stay what it is: programs bind it before they compile, and the compiler knows it.
    """
    base: type = torch.autograd.function._SingleLevelFunction
    return base


def weak_storage(tensor: torch.Tensor) -> StorageWeakRef:
    """A weak reference to the memory of a tensor; ``cdata`` names it, ``expired()`` tells whether it has been freed.

    Unlike one to the tensor it also sees what autograd keeps for a backward.
    """
    return StorageWeakRef(tensor.untyped_storage())  # type: ignore[no-untyped-call]


def version(tensor: torch.Tensor) -> int:
    """How often autograd saw ``tensor`` changed in place; -1 for inference tensors, which keep no count."""
    return -1 if tensor.is_inference() else tensor._version


def set_version(tensor: torch.Tensor, version: int) -> None:
    """Count as if ``tensor`` had been changed in place ``version`` times: its content is that of then again.

    Graphs that saved it may go on, and who compares counts sees no change. There is no public way to turn it back.
    """
    if version < 0 or tensor.is_inference():
        return
    set_counter: Any = torch._C._autograd._unsafe_set_version_counter
    try:
        set_counter((tensor,), (version,))
    except TypeError:  # torch before 2.7 takes one tensor
        set_counter(tensor, version)


def leave_function_mode(mode: torch.overrides.TorchFunctionMode) -> int | None:
    """Take ``mode`` off this thread's mode stack, wherever it is; returns its place from the outermost, None if absent.

    ``__exit__`` pops the innermost mode; the user may have left one of theirs entered above ours.
    """
    stack: Any = torch.overrides
    if not any(entered is mode for entered in stack._get_current_function_mode_stack()):
        return None
    above = []
    while (popped := stack._pop_mode()) is not mode:
        above.append(popped)
    place = len(stack._get_current_function_mode_stack())
    for entered in reversed(above):
        stack._push_mode(entered)
    return place


def enter_function_mode(mode: torch.overrides.TorchFunctionMode, place: int) -> None:
    """Put ``mode`` back where :func:`leave_function_mode` took it from, below those that the user has entered since."""
    stack: Any = torch.overrides
    above = []
    while len(stack._get_current_function_mode_stack()) > place:
        above.append(stack._pop_mode())
    for entered in (mode, *reversed(above)):
        stack._push_mode(entered)


def leaf_of(node: Any) -> torch.Tensor | None:
    """The leaf an autograd node accumulates into, which has no public name; None for other nodes."""
    return getattr(node, "variable", None) if type(node).__name__ == "AccumulateGrad" else None


def gradient_dtypes(node: Any) -> frozenset[torch.dtype]:
    """Dtypes of the gradients that enter an autograd node, which have no public name; empty where torch tells none."""
    return frozenset(each.dtype for each in getattr(node, "_input_metadata", ()))


def tag(node: Any) -> dict[str, Any]:
    """A dictionary of ours that lives exactly as long as the autograd node in C++.

    A reference to the node would keep the graph alive, and a weak reference dies with its short-lived Python face.
    """
    metadata: dict[Any, Any] = node.metadata
    ours: dict[str, Any] = metadata.setdefault("trialrun", {})
    return ours


def is_lazy(tensor: torch.Tensor) -> bool:
    """Whether ``tensor`` gets its shape only at the first forward."""
    kind: Any = torch.nn.parameter
    return isinstance(tensor, kind.UninitializedTensorMixin)


def optimised_module() -> type[Any]:
    """The class of what ``torch.compile(module)`` returns."""
    from torch._dynamo.eval_frame import OptimizedModule

    return OptimizedModule


def limit_line_searches(evaluations: int) -> Callable[[], None]:
    """From now on every step of an ``LBFGS`` makes at most that many evaluations of its closure; returns the undoing.

    One of its steps is a loop of its own, of 20 evaluations unless told otherwise, that no source of the user's holds.
    The limits stand in its parameter group: they are lowered before each step and put back after it.
    """
    kept: dict[int, tuple[Any, Any]] = {}

    def restore(optimiser: Any, *_: Any) -> None:
        if id(optimiser) in kept:
            group = optimiser.param_groups[0]
            group["max_iter"], group["max_eval"] = kept.pop(id(optimiser))

    def lower(optimiser: Any, *_: Any) -> None:
        restore(optimiser)  # of a step that an exception left
        if isinstance(optimiser, torch.optim.LBFGS):
            group = optimiser.param_groups[0]
            kept[id(optimiser)] = (group["max_iter"], group["max_eval"])
            group["max_iter"] = min(group["max_iter"], evaluations)
            group["max_eval"] = min(group["max_eval"] or evaluations, evaluations)

    handles = [
        register_optimizer_step_pre_hook(lower),
        register_optimizer_step_post_hook(restore),
    ]

    def undo() -> None:
        for handle in handles:
            handle.remove()

    return undo


def has_gradient_hooks(tensor: torch.Tensor) -> bool:
    """Whether a hook may change what is accumulated into ``tensor.grad``: only private attributes tell."""
    return bool(tensor._backward_hooks) or bool(getattr(tensor, "_post_accumulate_grad_hooks", None))


def cuda_devices_uninitialised() -> int | None:
    """How many CUDA devices the driver shows, without initialising CUDA; None if that cannot be told.

    ``torch.cuda.device_count`` falls back to initialising, after which a fork is no longer safe.
    """
    cuda: Any = torch.cuda
    count = getattr(cuda, "_device_count_nvml", None)
    if torch.version.cuda is None or count is None:
        return 0 if torch.version.cuda is None else None
    found = int(count())
    return found if found >= 0 else None


def fp32_precisions() -> dict[str, Callable[[], Any]]:
    """What reads each backend's ``fp32_precision``, by the backend's name: an interface that torch 2.9 brought.

    A later version may move them, and each raises where older flags were set as well.
    """
    backends: Any = torch.backends
    return {
        "all": lambda: backends.fp32_precision,
        "cuda.matmul": lambda: backends.cuda.matmul.fp32_precision,
        "cudnn.conv": lambda: backends.cudnn.conv.fp32_precision,
        "cudnn.rnn": lambda: backends.cudnn.rnn.fp32_precision,
        "mkldnn.matmul": lambda: backends.mkldnn.matmul.fp32_precision,
        "mkldnn.conv": lambda: backends.mkldnn.conv.fp32_precision,
        "mkldnn.rnn": lambda: backends.mkldnn.rnn.fp32_precision,
    }


def peak_device_bytes() -> int | None:
    """Peak memory of the accelerator so far; None where the program has not used one."""
    cuda: Any = torch.cuda
    if cuda.is_initialized():
        return max(torch.cuda.max_memory_allocated(index) for index in range(torch.cuda.device_count()))
    return None


def transient_buffers(module: torch.nn.Module) -> frozenset[str]:
    """Names of the module's own buffers that are no part of its ``state_dict``; torch has no public question for it."""
    return frozenset(module._non_persistent_buffers_set)


def first_scale(scaler: torch.amp.grad_scaler.GradScaler) -> float:
    """The scale a gradient scaler was built with, or loaded: the argument is kept under a private name alone."""
    return float(scaler._init_scale)
