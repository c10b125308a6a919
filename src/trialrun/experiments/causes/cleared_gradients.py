"""Would the batch be learnt if each update began with cleared gradients?"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import torch
from torch.optim.optimizer import register_optimizer_step_post_hook

from trialrun import _torch
from trialrun.capture.patches import Patches
from trialrun.evidence.replays import CLEARED_GRADIENTS
from trialrun.experiments.comparing import confirm
from trialrun.experiments.laboratory import Laboratory, Run


class ClearedGradients:
    """``zero_grad`` at the start of each repeat, of all that is trained; ``seen`` counts the tensors.

    Zeroed in place: programs keep views of gradients, and look at them before the first backward.
    """

    name = CLEARED_GRADIENTS

    def suspicion(self, lab: Laboratory) -> str | None:
        if any(update.stale_parameters > 0 for update in lab.evidence.update):
            return "steps used gradients that a step before them had used"
        return None

    def run(self, lab: Laboratory) -> Run:
        trained = [content.tensor for content in lab.setting.now.learned if content.tensor.is_leaf]
        return (yield from confirm(lab, self.name, "cleared gradients", _Cleared(trained)))


class _Cleared:
    """Once an optimiser has stepped, the next backward finds its gradients cleared, as the first of a repeat does."""

    def __init__(self, trained: list[torch.Tensor]) -> None:
        self._trained = trained
        self._used: list[torch.Tensor] = []
        self.seen = 0

    def begin(self) -> Callable[[], None]:
        self._used = []
        self._clear(self._trained)
        handle = register_optimizer_step_post_hook(self._stepped)
        patches = Patches()
        patches.replace(torch.Tensor, "backward", self._wrap)
        patches.replace(torch.autograd, "backward", self._wrap)

        def end() -> None:
            patches.undo()
            handle.remove()
            self._used = []

        return end

    def _stepped(self, optimiser: torch.optim.Optimizer, args: Any, kwargs: Any) -> None:
        self._used = [*self._used, *(p for group in optimiser.param_groups for p in group["params"])]

    def _wrap(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def backward(*args: Any, **kwargs: Any) -> Any:
            used, self._used = self._used, []
            self._clear(used)
            return original(*args, **kwargs)

        return backward

    def _clear(self, tensors: list[torch.Tensor]) -> None:
        with _torch.reading():
            for tensor in tensors:
                if tensor.grad is not None:
                    tensor.grad.detach().zero_()
                    self.seen += 1
