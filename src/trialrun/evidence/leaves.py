"""Tensors that a model holds and learns nothing from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class LooseLeaf:
    """A leaf held by a module as a plain attribute, so that ``parameters()`` does not yield it; one a name."""

    name: str  # dotted, from the root: "scale", "block.weights[0]"
    root: str
    owner: str  # class name of the module that holds it
    attribute: str  # of that module, without index: "weights"
    is_parameter: bool  # an nn.Parameter
    computed: bool  # the attribute is not the leaf but was computed from it once
    numel: int
    shape: tuple[int, ...]
    steps: int  # steps with a backward that reached it
    cleared: int  # of these, after the first, that found its gradient gone: somebody uses and clears it
    changed: bool  # its bits differ from those at first sight
    optimised: bool  # some optimiser held it
    owner_optimised: bool  # some optimiser held a parameter of the root
