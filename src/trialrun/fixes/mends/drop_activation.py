"""Takes away the activation in front of a loss that applies it itself (LOS302, LOS303).

Where the outputs are also compared with a probability, a sigmoid stays and the loss that expects shares is taken.

Values: ``activation``: "softmax", "log_softmax" or "sigmoid".
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import libcst as cst

from trialrun.fixes.modes import is_model
from trialrun.fixes.site import Site
from trialrun.fixes.source import NotMendableError, Source, called, dotted, receiver

_LAYERS = {"softmax": ("Softmax", "Softmax2d"), "log_softmax": ("LogSoftmax",), "sigmoid": ("Sigmoid",)}
_OF_SHARES = {
    "BCEWithLogitsLoss": "BCELoss",
    "binary_cross_entropy_with_logits": "binary_cross_entropy",
}


def mend(site: Site) -> None:
    name = str(site.values.get("activation", "softmax"))
    layers = _LAYERS.get(name, ())
    if name == "sigmoid" and (reader := _reads_shares(site.source)):
        _take_shares(site, reader)
        return
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


def _reads_shares(source: Source) -> int:
    """The line that compares outputs with a probability, which logits are not; 0 if there is none."""
    outputs = _outputs(source)
    for comparison in source.all(cst.Comparison):
        sides = [comparison.left, *(target.comparator for target in comparison.comparisons)]
        shares = [s.value for s in sides if isinstance(s, cst.Float) and 0 < float(s.value.replace("_", "")) < 1]
        drawn = any(called(call).startswith("rand") for call in source.all(cst.Call, comparison))
        if shares and not drawn and (float(shares[0]) == 0.5 or _mentions(source, comparison, outputs)):
            return source.lines(comparison)[0]
    rounding = (call for call in source.all(cst.Call) if called(call) == "round" and receiver(call) is not None)
    return next((source.lines(call)[0] for call in rounding), 0)


def _take_shares(site: Site, reader: int) -> None:
    losses = [call for call in site.source.all(cst.Call) if called(call) in _OF_SHARES]
    own = [call for call in losses if isinstance(call.func, cst.Attribute)]
    weighted = any(arg.keyword is not None and arg.keyword.value == "pos_weight" for call in own for arg in call.args)
    if len(own) != len(losses) or not own or weighted:
        raise NotMendableError(
            f"line {reader} reads the outputs as shares, and the loss for shares cannot be put there"
        )
    for call in own:
        site.changes.rewrite(call, "shares", _of_shares)


def _of_shares(loss: cst.Call) -> cst.Call:
    return loss.with_deep_changes(loss.func, attr=cst.Name(_OF_SHARES[called(loss)]))


def _outputs(source: Source) -> set[str]:
    """Names that are assigned something a model gave."""
    return {
        name.value
        for assign in source.all(cst.Assign)
        if _mentions(source, assign.value, set())
        for target in assign.targets
        for name in source.all(cst.Name, target.target)
    }


def _mentions(source: Source, node: cst.CSTNode, names: set[str]) -> bool:
    return any(name.value in names for name in source.all(cst.Name, node)) or any(
        is_model(source, dotted(call.func)) for call in source.all(cst.Call, node)
    )
