"""Takes away the activation in front of a loss that applies it itself (LOS302, LOS303).

Values: ``activation``: "softmax", "log_softmax" or "sigmoid".
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import libcst as cst

from trialrun.fixes.site import Site
from trialrun.fixes.source import NotMendableError, Source, called, dotted, receiver

_LAYERS = {"softmax": ("Softmax", "Softmax2d"), "log_softmax": ("LogSoftmax",), "sigmoid": ("Sigmoid",)}


def mend(site: Site) -> None:
    name = str(site.values.get("activation", "softmax"))
    layers = _LAYERS.get(name, ())
    if name == "sigmoid":
        _no_thresholds(site.source)
    functions = [call for call in site.calls() if called(call) == name]
    stored = _stored(site.source, layers)
    applied = [call for call in site.calls() if dotted(call.func) in stored or _is_made_there(call, layers)]
    found = functions + applied
    if len(found) == 1:
        site.changes.rewrite(found[0], "drop", _argument)
    elif found:
        raise NotMendableError(f"there are {len(found)} calls of {name} in that line")
    else:
        _from_a_chain(site, name, layers)


def _argument(call: cst.Call) -> cst.BaseExpression:
    """``x`` of ``F.softmax(x, dim=1)``, ``x.softmax(1)``, ``self.softmax(x)`` and ``nn.Softmax(1)(x)``."""
    named = [arg.value for arg in call.args if arg.keyword is not None and arg.keyword.value == "input"]
    owner = receiver(call)
    namespaces = ("F", "functional", "torch", "special", "nn")
    is_method = owner is not None and called(call) in _LAYERS and dotted(owner).rpartition(".")[2] not in namespaces
    value = owner if is_method and owner is not None else named[0] if named else call.args[0].value
    if isinstance(value, (cst.BinaryOperation, cst.UnaryOperation, cst.IfExp, cst.Comparison)) and not value.lpar:
        return value.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    return value


def _is_made_there(call: cst.Call, layers: Iterable[str]) -> bool:
    return isinstance(call.func, cst.Call) and called(call.func) in layers


def _stored(source: Source, layers: Iterable[str]) -> set[str]:
    """Names that such a layer was given: "self.softmax"."""
    names = set()
    for assign in source.all(cst.Assign):
        if isinstance(assign.value, cst.Call) and called(assign.value) in layers:
            names |= {dotted(target.target) for target in assign.targets}
    return names - {""}


def _from_a_chain(site: Site, name: str, layers: Iterable[str]) -> None:
    """The layer as one of the arguments of ``nn.Sequential``, or of a list."""
    source = site.source
    places: list[cst.CSTNode] = []
    for call in source.all(cst.Call):
        holder = source.parent(call)
        if called(call) in layers and isinstance(holder, (cst.Arg, cst.Element)):
            outer = source.parent(holder)
            is_chain = isinstance(outer, cst.Call) and called(outer) == "Sequential"
            if is_chain or (isinstance(outer, cst.List) and len(outer.elements) > 1):
                places.append(holder)
    if len(places) != 1:
        raise NotMendableError(
            f"{name} is not applied in that line, and the file has {len(places) or 'no'} layer"
            f"{'s' if len(places) > 1 else ''} of it in a chain"
        )
    outer = source.parent(places[0])
    if isinstance(outer, cst.Call):
        position = [arg is places[0] for arg in outer.args].index(True)
        site.changes.rewrite(outer, "drop", lambda call: call.with_changes(args=_without(call.args, position)))
    elif isinstance(outer, cst.List):
        position = [element is places[0] for element in outer.elements].index(True)
        site.changes.rewrite(outer, "drop", lambda made: made.with_changes(elements=_without(made.elements, position)))


def _without(items: Iterable[Any], position: int) -> list[Any]:
    """The comma of the last item, or its lack, is kept: with it goes the line break of a closing bracket."""
    kept = list(items)
    gone = kept.pop(position)
    if position == len(kept) and kept:
        kept[-1] = kept[-1].with_changes(comma=gone.comma)
    return kept


def _no_thresholds(source: Source) -> None:
    """Outputs compared with a probability would mean something else without the sigmoid."""
    for comparison in source.all(cst.Comparison):
        for part in (comparison.left, *(target.comparator for target in comparison.comparisons)):
            if isinstance(part, cst.Float) and 0 < float(part.value.replace("_", "")) < 1:
                line = source.lines(comparison)[0]
                raise NotMendableError(
                    f"line {line} compares with {part.value}: without the sigmoid its output is no share"
                )
    for call in source.all(cst.Call):
        if called(call) == "round" and receiver(call) is not None:
            raise NotMendableError(f"line {source.lines(call)[0]} rounds: logits are no shares")
