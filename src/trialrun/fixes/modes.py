"""What several mends ask about a model's call and about what a piece of the program comes to do."""

from __future__ import annotations

import libcst as cst

from trialrun.fixes.site import Site
from trialrun.fixes.source import NotMendableError, Source, called, dotted, receiver

_NO_MODELS = frozenset(
    {"print", "len", "int", "float", "sum", "max", "min", "enumerate", "zip", "range", "list", "str"}
)
_METRIC_WORDS = ("loss", "criterion", "accuracy", "metric", "objective", "score")


def model_of(site: Site) -> tuple[cst.Call, str]:
    """The call of a model at the place, and the name to set its mode by.

    Raises:
        NotMendableError: there is none, or it cannot be told which it is.
    """
    found: dict[str, cst.Call] = {}
    for call in site.calls():
        name = dotted(call.func)
        usable = bool(name and call.args) and name not in _NO_MODELS and not _local(site, call)
        if usable and is_model(site.source, name):
            found.setdefault(name, call)
    if len(found) != 1:
        raise NotMendableError("it cannot be told which name in that line is the model's")
    name, call = next(iter(found.items()))
    return call, name


def is_model(source: Source, name: str) -> bool:
    """Whether the file treats ``name`` as a module, or its name says so and no metric's."""
    if not name:
        return False
    attribute = name.rpartition(".")[2].lower()
    uses = {dotted(call.func) for call in source.all(cst.Call)}
    if any(f"{name}.{method}" in uses for method in ("parameters", "train", "eval", "state_dict", "to")):
        return not any(word in attribute for word in _METRIC_WORDS)
    return attribute.rstrip("0123456789") in ("model", "net", "network", "classifier", "_model", "encoder", "regressor")


def _local(site: Site, call: cst.Call) -> bool:
    """Whether the comprehension around the call makes the name that is called."""
    root = dotted(call.func).partition(".")[0]
    for outer in site.source.around(call):
        if isinstance(outer, cst.BaseComp):
            return any(name.value == root for name in site.source.all(cst.Name, outer.for_in.target))
    return False


def reaches(source: Source, node: cst.CSTNode, names: set[str]) -> bool:
    """Whether ``node``, or a function of the file that it calls by name, calls one of ``names``."""
    functions = {function.name.value: function for function in source.all(cst.FunctionDef)}
    pending, seen = [node], set()
    while pending:
        for call in source.all(cst.Call, pending.pop()):
            name = called(call)
            if name in names and (name != "step" or "sched" not in source.code(call.func).lower()):
                return True
            if name in functions and name not in seen:
                seen.add(name)
                pending.append(functions[name])
    return False


def sets_train_mode(source: Source, evaluation: cst.CSTNode) -> bool:
    """Whether something in a loop of the file, outside of the evaluation itself, calls ``X.train()``.

    ``X.train(False)`` does not count, nor does a call that runs once in front of all loops.
    """
    looped = _functions_in_loops(source)
    for call in source.all(cst.Call):
        if called(call) != "train" or receiver(call) is None or call.args:
            continue
        function = source.function(call)
        inside = evaluation in source.around(call)
        if not inside and (source.loops(call) or (function is not None and function.name.value in looped)):
            return True
    return False


def _functions_in_loops(source: Source) -> set[str]:
    """Names of functions that are called in a loop, or by one that is."""
    functions = {function.name.value: function for function in source.all(cst.FunctionDef)}
    pending = [call for call in source.all(cst.Call) if source.loops(call) or source.is_bound_inside(call)]
    names: set[str] = set()
    while pending:
        name = called(pending.pop())
        if name in functions and name not in names:
            names.add(name)
            pending.extend(source.all(cst.Call, functions[name]))
    return names
