"""Holds layers in ``nn.ModuleList`` or ``nn.ModuleDict`` instead of a plain list or dict (MOD201).

Values: ``name``: where the model keeps one of them, as "encoder.blocks[2]" or "heads['size']".
"""

from __future__ import annotations

import re

import libcst as cst

from trialrun.fixes.site import Site
from trialrun.fixes.source import NotMendableError, Source, called, dotted

_KEPT = re.compile(r"(?:.*\.)?(\w+)\[(\d+|'.*'|\".*\")\]$")


def mend(site: Site) -> None:
    name = str(site.values.get("name", ""))
    kept = _KEPT.fullmatch(name)
    if kept is None or "]" in name[:-1]:
        raise NotMendableError("the layer is not an entry of one plain list or dict of the model")
    attribute, is_list = kept[1], kept[2].isdigit()
    assigns = [a for a in site.source.all(cst.Assign) if any(_is(t.target, attribute) for t in a.targets)]
    assigns += [a for a in site.source.all(cst.AnnAssign) if _is(a.target, attribute)]  # type: ignore[misc]
    if len(assigns) != 1:
        raise NotMendableError(f"`self.{attribute}` is assigned in {len(assigns) or 'no'} places of this file")
    assign = assigns[0]
    value = assign.value
    if value is None or (isinstance(value, cst.Call) and called(value).startswith("Module")):
        raise NotMendableError(f"`self.{attribute}` is not assigned a plain list or dict")
    around = site.source.enclosing(assign, cst.ClassDef)
    if around is not None and not around.bases:
        raise NotMendableError(f"`{around.name.value}` is no nn.Module, so that it can register nothing")
    _after_super(site.source, assign)
    if isinstance(value, cst.Name):
        _not_filled_later(site.source, assign, value.value)
    if not is_list and isinstance(value, cst.Dict):
        _text_keys(value)
    kind = site.module_name("torch.nn", "ModuleList" if is_list else "ModuleDict")
    site.changes.rewrite(value, "register", lambda held: cst.Call(cst.parse_expression(kind), [cst.Arg(_bare(held))]))
    if isinstance(assign, cst.AnnAssign):
        site.changes.rewrite(
            assign.annotation, "type", lambda old: old.with_changes(annotation=cst.parse_expression(kind))
        )


def _is(target: cst.BaseExpression, attribute: str) -> bool:
    return dotted(target) == f"self.{attribute}"


def _bare(value: cst.BaseExpression) -> cst.BaseExpression:
    """A generator brings its own brackets, which the call's replace."""
    if isinstance(value, cst.GeneratorExp):
        return value.with_changes(lpar=value.lpar[1:], rpar=value.rpar[:-1])
    return value


def _after_super(source: Source, assign: cst.CSTNode) -> None:
    """A module takes no layers before ``super().__init__()`` has run."""
    function = source.function(assign)
    if function is None or function.name.value != "__init__":
        return
    for call in source.all(cst.Call, function):
        if called(call) == "__init__" and source.lines(call)[0] > source.lines(assign)[0]:
            raise NotMendableError("the assignment stands before super().__init__()")


def _not_filled_later(source: Source, assign: cst.CSTNode, local: str) -> None:
    for call in source.all(cst.Call, source.function(assign)):
        if dotted(call.func) in (f"{local}.append", f"{local}.extend", f"{local}.insert") and (
            source.lines(call)[0] > source.lines(assign)[0]
        ):
            raise NotMendableError(f"`{local}` gets more layers after the assignment")


def _text_keys(value: cst.Dict) -> None:
    for element in value.elements:
        if isinstance(element, cst.DictElement) and not isinstance(
            element.key, (cst.SimpleString, cst.FormattedString, cst.Name)
        ):
            raise NotMendableError("nn.ModuleDict takes only texts as keys")
