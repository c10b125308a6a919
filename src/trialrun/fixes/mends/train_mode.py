"""Puts the model back into train mode before training goes on (EVA702). The place is the model's call in training."""

from __future__ import annotations

import libcst as cst

from trialrun.fixes.modes import model_of, reaches
from trialrun.fixes.site import Site
from trialrun.fixes.source import NotMendableError


def mend(site: Site) -> None:
    source = site.source
    call, model = model_of(site)
    loops = source.loops(call)
    if not loops:
        raise NotMendableError("the model is not called in a loop there")
    line = f"{model}.train()"
    if not reaches(source, loops[0], {"eval"}):
        site.changes.before(loops[0], line)
        return
    first = loops[0].body.body[0]  # the evaluation is in the same loop: each item may follow one
    if not isinstance(first, (cst.SimpleStatementLine, cst.BaseCompoundStatement)):
        raise NotMendableError("the loop has its body on its own line")
    site.changes.before(first, line)
