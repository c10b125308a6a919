"""Watches one run of the window, lightly, and changes in it what a variant asks for."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import torch
from torch.amp.grad_scaler import GradScaler
from torch.optim.optimizer import register_optimizer_step_post_hook, register_optimizer_step_pre_hook
from torch.overrides import TorchFunctionMode

from trialrun import _torch
from trialrun.capture.arguments import by_name
from trialrun.capture.contents import content
from trialrun.capture.graph import walk
from trialrun.capture.names import LOSSES
from trialrun.capture.patches import Patches
from trialrun.capture.readings import scalar, tensors_in
from trialrun.evidence.place import Where
from trialrun.experiments.floors import floor_of, right_answers
from trialrun.experiments.gradients import gradient_squares
from trialrun.experiments.lossgraph import is_nonlinear, passes_float16, terms_of
from trialrun.experiments.plan import Rates, Variant
from trialrun.experiments.reading import BackwardSeen, Input, LossSeen, Reading
from trialrun.experiments.ties import pairs

_DROPOUTS = frozenset(
    ("dropout", "alpha_dropout", "feature_dropout", "feature_alpha_dropout", "dropout1d", "dropout2d", "dropout3d")
)
_NOISE = frozenset(("randn", "randn_like", "normal", "normal_", "rand", "rand_like", "uniform_"))


class Probe:
    """Reads from :meth:`begin` to :meth:`end`; ``modes`` False where a compiler must see no mode and no hook.

    ``where()`` is the line of the user's source that runs.
    """

    def __init__(self, where: Callable[[], Where | None], modes: bool) -> None:
        self._where = where
        self._modes = modes
        self._patches = Patches()
        self._undo: list[Callable[[], None]] = []
        self._mode: _Mode | None = None
        self._scaled: list[tuple[Callable[[], torch.Tensor | None], float | None]] = []
        self._depth = 0  # of module calls
        self._backward = 0
        self._stepping = 0
        self._float16: bool | None = None  # the same in each run
        self._rates: Rates = {}
        self._kept: dict[int, list[dict[str, Any]]] = {}
        self._changed = self._ties = self._gradients = False
        self._regularised = True
        self.reading = Reading()

    def begin(self, asked: Variant) -> None:
        """Start reading; without ``regularised``, dropout and weight decay are off; ``rates`` are held at each step."""
        self.reading = Reading()
        self._depth = self._backward = self._stepping = 0
        self._rates = asked.rates
        self._changed = not asked.regularised or bool(asked.rates)
        self._regularised = asked.regularised
        self._ties = asked.ties
        self._gradients = asked.gradients
        self._patches.replace(torch.Tensor, "backward", self._wrap_backward)
        self._patches.replace(torch.autograd, "backward", self._wrap_backward)
        self._patches.replace(GradScaler, "scale", self._wrap_scale)
        handles = [register_optimizer_step_pre_hook(self._pre_step), register_optimizer_step_post_hook(self._post_step)]
        self._undo = [handle.remove for handle in handles]
        if self._modes:
            module: Any = torch.nn.modules.module
            self._undo.append(module.register_module_forward_pre_hook(self._entering).remove)
            self._undo.append(_torch.forward_hook(self._leaving))
            if asked.detail or not asked.regularised:
                self._mode = _Mode(self, asked.regularised)
                self._mode.__enter__()  # type: ignore[no-untyped-call]

    def end(self) -> Reading:
        """Stop reading and undo everything."""
        if self._mode is not None:
            _torch.leave_function_mode(self._mode)
            self._mode = None
        for undo in self._undo:
            undo()
        self._undo = []
        self._patches.undo()
        self._scaled.clear()
        for optimiser in list(self._kept):
            self._restore(optimiser)
        return self.reading

    # inputs

    def _entering(self, module: torch.nn.Module, inputs: tuple[Any, ...]) -> None:
        self._depth += 1
        if self._depth == 1:
            self._note_inputs(module, inputs)

    def _leaving(self, module: torch.nn.Module, inputs: tuple[Any, ...], *rest: Any) -> None:
        self._depth -= 1
        if self._depth == 0 and len(rest) == 2 and rest[0]:
            self._note_inputs(module, tuple(rest[0].values()))

    def _note_inputs(self, module: torch.nn.Module, values: tuple[Any, ...]) -> None:
        if next(module.parameters(), None) is None:
            return
        with _torch.reading():
            given = content(tensor for tensor in tensors_in(values) if tensor.grad_fn is None)
        if given is not None:
            self.reading.inputs.append(Input(given, self._where()))

    # losses

    def _wrap_scale(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def scale(scaler: GradScaler, outputs: Any) -> Any:
            result = original(scaler, outputs)
            if scaler.is_enabled() and isinstance(outputs, torch.Tensor) and isinstance(result, torch.Tensor):
                with _torch.reading():
                    self._scaled.append((_torch.weak(result), scalar(outputs)))
            return result

        return scale

    def _wrap_backward(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def backward(*args: Any, **kwargs: Any) -> Any:
            losses = args[0] if args else kwargs.get("tensors")
            if self._backward == 0:
                self._note_backward([losses] if isinstance(losses, torch.Tensor) else list(losses or ()))
            self._backward += 1
            try:
                return original(*args, **kwargs)
            finally:
                self._backward -= 1

        return backward

    def _note_backward(self, losses: list[torch.Tensor]) -> None:
        with _torch.reading():
            leaves = frozenset(walk(losses).leaves)
            value = scalar(losses[0]) if len(losses) == 1 else None
            original = [kept for reference, kept in self._scaled if losses and reference() is losses[0]]
            value = original[-1] if original else value
            self.reading.backwards.append(BackwardSeen(value, self._where(), leaves, self._stepping > 0))
            floor = None
            if self._mode is not None and len(losses) == 1 and value is not None:
                floor = _floor(terms_of(losses[0], "repeat"), value)
                if self.reading.nonlinear is None:
                    self.reading.nonlinear = is_nonlinear(losses[0])
                if self._float16 is None:
                    self._float16 = passes_float16(losses[0]) and not original
                self.reading.float16 = self._float16
            self.reading.floors.append(floor)

    def note_call(self, name: str, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any], result: Any) -> None:
        """A known loss function has returned."""
        if not isinstance(result, torch.Tensor) or result.grad_fn is None:
            return
        options = by_name(function, args, kwargs)
        given = list(options.values())
        first, second = LOSSES[name]
        prediction = given[first] if first < len(given) else None
        target = given[second] if second is not None and second < len(given) else None
        if not isinstance(prediction, torch.Tensor):
            return
        with _torch.reading():
            known = target if isinstance(target, torch.Tensor) else None
            floor = floor_of(name, options, prediction, known)
            right = right_answers(name, options, prediction, known) if known is not None else None
            if self._ties:
                self.reading.pairs.append(pairs(name, options, prediction, known))
            call = LossSeen(
                name,
                scalar(result),
                floor[0] if floor else None,
                floor[1] if floor else "",
                *(right or (0, 0)),
                known.numel() if known is not None else prediction.shape[0],
            )
        self.reading.calls.append(call)
        _torch.tag(result.grad_fn)["repeat"] = call

    # steps

    def _pre_step(self, optimiser: torch.optim.Optimizer, args: Any, kwargs: Any) -> None:
        self._stepping += 1
        self.reading.steps.append(id(optimiser))
        groups = optimiser.param_groups
        if self._gradients:
            with _torch.reading():
                self.reading.gradient_squares += gradient_squares(groups)
        self.reading.rates[id(optimiser)] = tuple(scalar(group.get("lr")) or 0.0 for group in groups)
        if not self._changed:
            return
        self._restore(id(optimiser))
        held = self._rates.get(id(optimiser), ())
        kept: list[dict[str, Any]] = []
        for number, group in enumerate(groups):
            before: dict[str, Any] = {name: group[name] for name in ("lr", "weight_decay") if name in group}
            kept.append({"group": group, **before})
            if group.get("weight_decay") and not self._regularised:
                self.reading.switched_off[f"weight_decay={group['weight_decay']:g}"] = 1
                group["weight_decay"] = 0.0
            if number < len(held) and "lr" in group:
                rate: Any = held[number]
                group["lr"] = torch.full_like(group["lr"], rate) if isinstance(group["lr"], torch.Tensor) else rate
        self._kept[id(optimiser)] = kept

    def _post_step(self, optimiser: torch.optim.Optimizer, args: Any, kwargs: Any) -> None:
        self._stepping = max(0, self._stepping - 1)
        self._restore(id(optimiser))

    def _restore(self, optimiser: int) -> None:
        for kept in self._kept.pop(optimiser, ()):
            group = kept.pop("group")
            group.update(kept)


def _floor(terms: list[Any] | None, value: float) -> tuple[float, str] | None:
    """The floor of a loss of these terms: 0 if theirs all are, else that of a single one, scaled as it was."""
    if terms is None:
        return None
    calls = [term for term in terms if isinstance(term, LossSeen)]
    if any(call.floor is None for call in calls):
        return None
    why = calls[0].why if calls else "squares or absolute values"
    if all(call.floor == 0.0 for call in calls):
        return 0.0, why
    if len(terms) == 1 and calls[0].value and calls[0].floor is not None:
        return calls[0].floor * value / calls[0].value, why
    return None


class _Mode(TorchFunctionMode):
    def __init__(self, probe: Probe, regularised: bool) -> None:
        super().__init__()
        self._probe = probe
        self._regularised = regularised

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        name = getattr(func, "__name__", "")
        if not self._regularised:
            changed = self._without_dropout(name.rstrip("_"), func, args, kwargs)
            if changed is not None:
                return changed
        result = func(*args, **kwargs)
        if name in _NOISE and torch.is_grad_enabled():
            self._probe.reading.noise = True
        if name in LOSSES:
            self._probe.note_call(name, func, args, kwargs, result)
        return result

    def _without_dropout(self, name: str, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        off = self._probe.reading.switched_off
        if name in _DROPOUTS:
            options = by_name(func, args, kwargs, ("input", "p", "train"))
            share, training = options.get("p", 0.5), options.get("training", options.get("train", True))
            if training and share:
                off[f"dropout p={share:g}"] = off.get(f"dropout p={share:g}", 0) + 1
            return args[0] if args else kwargs["input"]
        if name == "scaled_dot_product_attention" and kwargs.get("dropout_p"):
            off[f"attention dropout p={kwargs['dropout_p']:g}"] = 1
            return func(*args, **{**kwargs, "dropout_p": 0.0})
        if name == "multi_head_attention_forward":
            options = by_name(func, args, kwargs)
            if options.get("dropout_p"):
                off[f"attention dropout p={options['dropout_p']:g}"] = 1
                return func(**{**options, "dropout_p": 0.0})
        return None
