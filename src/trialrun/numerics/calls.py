"""The model and a real batch of a script: what its model calls were given, kept until the script has ended."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import Any, ClassVar

import torch

from trialrun.capture.events import ModuleCall, Observer
from trialrun.capture.patches import Patches
from trialrun.evidence.place import Where
from trialrun.numerics import samples
from trialrun.numerics.subject import Subject, UnsupportedError


@dataclass
class _Call:
    module: torch.nn.Module
    args: tuple[Any, ...]
    keywords: dict[str, Any]
    where: Where | None
    trains: bool


class ModelCalls(Observer):
    """Keeps the last model call that had gradients and two samples or more, or else the last call of all.

    Unlike other observers it holds the model and copies of its inputs: they are measured when the script is over.
    """

    kinds: ClassVar[tuple[str, ...]] = ()

    def __init__(self) -> None:
        self._kept: _Call | None = None
        self.loaders: list[torch.utils.data.DataLoader[Any]] = []  # in the order they were first read
        self._patches = Patches()
        self._patches.replace(torch.utils.data.DataLoader, "__iter__", self._wrap_iteration)

    def _wrap_iteration(self, original: Any) -> Any:
        def iterate(loader: Any) -> Any:
            if not any(known is loader for known in self.loaders):
                self.loaders.append(loader)
            return original(loader)

        return iterate

    def detach(self) -> None:
        """Undo what was wrapped."""
        self._patches.undo()

    def module_entered(self, call: ModuleCall) -> None:
        if not call.is_model or not call.outermost:
            return
        several = (samples.count([call.inputs, call.keywords]) or 0) > 1
        kept = self._kept
        if kept is not None and (kept.trains, True) > (call.grad_enabled, several):
            return
        inputs, keywords = samples.copied(call.inputs), samples.copied(call.keywords)
        self._kept = _Call(call.module, inputs, keywords, call.where, call.grad_enabled)

    def subject(self, script: str) -> Subject:
        """The kept call as a subject, its model in evaluation mode.

        Raises UnsupportedError where no model was called.
        """
        kept = self._kept
        if kept is None:
            raise UnsupportedError(f"{script} called no module that has parameters")
        name = f"{type(kept.module).__name__} of {script}{f' (called at {kept.where})' if kept.where else ''}"
        subject = Subject(kept.module, _batch(kept), name, loader=self.loaders[0] if self.loaders else None)
        subject = subject.copy()
        assert isinstance(subject.model, torch.nn.Module)
        subject.model.eval()
        return subject


def _batch(call: _Call) -> Any:
    """All arguments as one batch: a dict where any was given by keyword, the tensor itself where it is the only one."""
    if not call.keywords:
        return call.args[0] if len(call.args) == 1 else call.args
    if not call.args:
        return call.keywords
    return dict(inspect.signature(call.module.forward).bind(*call.args, **call.keywords).arguments)
