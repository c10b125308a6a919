"""Reads the training set in a new order each epoch: ``shuffle=True`` (DAT104). The place is the loader's."""

from __future__ import annotations

import libcst as cst

from trialrun.fixes.site import Site
from trialrun.fixes.source import NotMendableError, called

_TRUE = cst.Name("True")
_EQUAL = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))


def mend(site: Site) -> None:
    loaders = [call for call in site.calls() if called(call).endswith("DataLoader")]
    if len(loaders) != 1:
        raise NotMendableError(f"there {'are several calls' if loaders else 'is no call'} of DataLoader in that line")
    loader = loaders[0]
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
