"""Reads the training set in a new order each epoch: ``shuffle=True`` (DAT104).

The place is where the loader is made, or a line that draws from it.
"""

from __future__ import annotations

import libcst as cst

from trialrun.fixes.site import Site
from trialrun.fixes.source import NotMendableError, called, dotted

_TRUE = cst.Name("True")
_EQUAL = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))


def mend(site: Site) -> None:
    loader = _loader(site)
    keywords = {arg.keyword.value: arg for arg in loader.args if arg.keyword is not None}
    if "sampler" in keywords or "batch_sampler" in keywords:
        raise NotMendableError("its sampler decides the order, and cannot stand beside shuffle=True")
    if any(arg.star == "**" for arg in loader.args):
        raise NotMendableError("its arguments come out of a dict, which may hold shuffle already")
    positional = [arg for arg in loader.args if arg.keyword is None]
    if "shuffle" in keywords:
        site.changes.rewrite(keywords["shuffle"].value, "shuffle", lambda _: _TRUE)
    elif len(positional) > 2:
        site.changes.rewrite(positional[2].value, "shuffle", lambda _: _TRUE)
    else:
        site.changes.rewrite(loader, "shuffle", _with_shuffle)


def _loader(site: Site) -> cst.Call:
    """The call that makes the loader: in the line, by the name the line draws from, or the only one that fits."""
    here = [call for call in site.calls() if _is_loader(call)]
    if len(here) == 1:
        return here[0]
    source = site.source
    statement = site.statement
    drawn = statement.iter if isinstance(statement, cst.For) else statement
    names = {dotted(node) for kind in (cst.Name, cst.Attribute) for node in source.all(kind, drawn)} - {""}
    made: dict[cst.Call, set[str]] = {}
    for assign in source.all(cst.Assign):
        if isinstance(assign.value, cst.Call) and _is_loader(assign.value):
            made[assign.value] = {dotted(target.target) for target in assign.targets}
    by_name = [call for call, targets in made.items() if targets & names]
    open_ones = [call for call in source.all(cst.Call) if _is_loader(call) and not _shuffles(call)]
    of_training = [call for call in open_ones if any("train" in name.lower() for name in made.get(call, ()))]
    for found in (by_name, open_ones, of_training):
        if len(found) == 1:
            return found[0]
    raise NotMendableError(f"the file makes {len(open_ones) or 'no'} loaders that this may be")


def _is_loader(call: cst.Call) -> bool:
    return called(call).endswith("DataLoader")


def _shuffles(call: cst.Call) -> bool:
    return any(
        arg.keyword is not None and arg.keyword.value == "shuffle" and dotted(arg.value) == "True" for arg in call.args
    )


def _with_shuffle(loader: cst.Call) -> cst.Call:
    """The new argument comes last and takes the place, line break and comma of the one that was."""
    *others, last = loader.args
    comma = last.comma if isinstance(last.comma, cst.Comma) else None
    blank: cst.BaseParenthesizableWhitespace = cst.SimpleWhitespace(" ")
    if comma is not None and len(loader.args) > 1 and isinstance(others[-1].comma, cst.Comma):
        blank = others[-1].comma.whitespace_after
    elif comma is not None and isinstance(loader.whitespace_before_args, cst.ParenthesizedWhitespace):
        blank = loader.whitespace_before_args
    new = cst.Arg(_TRUE, keyword=cst.Name("shuffle"), equal=_EQUAL, comma=comma or cst.MaybeSentinel.DEFAULT)
    if comma is None:
        new = new.with_changes(whitespace_after_arg=last.whitespace_after_arg)
        last = last.with_changes(whitespace_after_arg=cst.SimpleWhitespace(""))
    return loader.with_changes(args=[*others, last.with_changes(comma=cst.Comma(whitespace_after=blank)), new])
