"""Would the batch be learnt if the parameters that no optimiser holds were updated, too?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch.optim.optimizer import register_optimizer_step_post_hook

from trialrun import _torch
from trialrun.evidence.left_out import left_out
from trialrun.evidence.replays import INCLUDED_PARAMETERS
from trialrun.experiments.comparing import confirm
from trialrun.experiments.laboratory import Laboratory, NotToBeRunError, Run


class IncludedParameters:
    """An optimiser of its own, thrown away afterwards, steps for them right after the program's."""

    name = INCLUDED_PARAMETERS

    def suspicion(self, lab: Laboratory) -> str | None:
        if any(left_out(parameter) and not parameter.loaded for parameter in lab.evidence.parameter):
            return "parameters with gradients are in no optimiser"
        return None

    def run(self, lab: Laboratory) -> Run:
        optimisers = [optimiser for optimiser in lab.setting.now.reach.optimisers if id(optimiser) in lab.rates]
        if not optimisers:
            raise NotToBeRunError("No optimiser with a learning rate steps in the repeated window.")
        parameters = _left_out_tensors(lab)
        kept = {id(content.tensor) for content in lab.setting.now.learned}
        if not parameters or not kept.issuperset(id(parameter) for parameter in parameters):
            raise NotToBeRunError("The parameters that are in no optimiser were not found again.")
        own = {id(p) for model in _owners(lab, parameters) for p in model.parameters()}
        nearest = max(optimisers, key=lambda optimiser: sum(id(p) in own for p in _held(optimiser)))
        fix = _Included(parameters, nearest, max(lab.rates[id(nearest)]))
        return (yield from confirm(lab, self.name, "these parameters updated, too", fix))


def _held(optimiser: torch.optim.Optimizer) -> list[torch.Tensor]:
    return [parameter for group in optimiser.param_groups for parameter in group["params"]]


def _left_out_tensors(lab: Laboratory) -> list[torch.Tensor]:
    """Those of the records, by the names that their models give them."""
    names = {(p.name, p.shape) for p in lab.evidence.parameter if left_out(p) and not p.loaded}
    held = {id(parameter) for optimiser in lab.setting.now.reach.optimisers for parameter in _held(optimiser)}
    found: dict[int, torch.Tensor] = {}
    for model in lab.setting.now.reach.models:
        for name, parameter in model.named_parameters():
            if (name, tuple(parameter.shape)) in names and id(parameter) not in held and parameter.requires_grad:
                found[id(parameter)] = parameter
    return list(found.values())


def _owners(lab: Laboratory, parameters: list[torch.Tensor]) -> list[torch.nn.Module]:
    ids = {id(parameter) for parameter in parameters}
    return [model for model in lab.setting.now.reach.models if any(id(p) in ids for p in model.parameters())]


class _Included:
    """Their gradients are cleared where nobody else clears them: at the start of a repeat and after each step."""

    def __init__(self, parameters: list[torch.Tensor], beside: torch.optim.Optimizer, rate: float) -> None:
        self._parameters = parameters
        self._beside = beside
        self._optimiser = _like(beside, parameters, rate)
        self.seen = 0

    def begin(self) -> Callable[[], None]:
        self._clear()
        return register_optimizer_step_post_hook(self._stepped).remove

    def _stepped(self, optimiser: torch.optim.Optimizer, args: Any, kwargs: Any) -> None:
        if optimiser is not self._beside:
            return
        self.seen += sum(parameter.grad is not None for parameter in self._parameters)
        self._optimiser.step()
        self._clear()

    def _clear(self) -> None:
        with _torch.reading():
            for parameter in self._parameters:
                if parameter.grad is not None:
                    parameter.grad.detach().zero_()


def _like(beside: torch.optim.Optimizer, parameters: list[torch.Tensor], rate: float) -> torch.optim.Optimizer:
    """One of the same class and settings, where torch itself knows the class; else plain SGD."""
    kind: Any = type(beside)
    if kind.__module__.startswith("torch.optim") and kind is not torch.optim.LBFGS:
        try:
            made: torch.optim.Optimizer = kind(parameters, **{**beside.defaults, "lr": rate})
        except (TypeError, ValueError):
            pass
        else:
            return made
    return torch.optim.SGD(parameters, lr=rate)
