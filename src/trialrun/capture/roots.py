"""What each root model is called in records."""

from __future__ import annotations

import weakref

import torch

from trialrun import _torch


class RootLabels:
    """The class name; where two models of one class differ in structure, the later ones are numbered.

    A model built anew (one a fold) has the structure of the one before it and shares its name.
    """

    def __init__(self) -> None:
        self._labels: weakref.WeakKeyDictionary[torch.nn.Module, str] = weakref.WeakKeyDictionary()
        self._structures: dict[str, list[object]] = {}

    def of(self, root: torch.nn.Module) -> str:
        label = self._labels.get(root)
        if label is None:
            cls = type(root).__name__
            structure = (
                tuple((name, type(module).__name__) for name, module in root.named_modules()),
                tuple(
                    (name, tuple(tensor.shape))
                    for name, tensor in root.named_parameters()
                    if not _torch.is_lazy(tensor)
                ),
            )
            known = self._structures.setdefault(cls, [])
            if structure not in known:
                known.append(structure)
            number = known.index(structure) + 1
            label = self._labels[root] = cls if number == 1 else f"{cls} ({number})"
        return label
