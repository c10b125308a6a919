"""Clips the gradients that the step uses (GRD407). The place is the clipping's or the step's.

Values: ``unscale``: the gradients are clipped while a GradScaler still has them scaled: ``unscale_`` goes before.
"""

from __future__ import annotations

import libcst as cst

from trialrun.fixes.site import Site
from trialrun.fixes.source import NotMendableError, Source, Statement, called, receiver

_CLIPS = ("clip_grad_norm_", "clip_grad_value_", "clip_grad_norm", "clip_grads_with_norm_")


def mend(site: Site) -> None:
    source = site.source
    statement, names = _clipping(site)
    block = source.block(statement)
    clips, steps = _statements(source, block, names), _statements(source, block, ("step",))
    steps = {s: call for s, call in steps.items() if receiver(call) is not None and not _is_schedule(source, call)}
    if len(clips) != 1 or len(steps) != 1:
        raise NotMendableError("one clipping and one step in the same block were expected there")
    (clip, _), (step, call) = next(iter(clips.items())), next(iter(steps.items()))
    late = source.lines(clip)[0] > source.lines(step)[0]
    if late:
        site.changes.move(clip, before=step)
    if site.values.get("unscale"):
        owner = receiver(call)
        if owner is None or len(call.args) != 1:
            raise NotMendableError("the step is not a GradScaler's")
        line = f"{source.code(owner).strip()}.unscale_({source.code(call.args[0].value).strip()})"
        site.changes.before(clip, line)
    elif not late:
        raise NotMendableError("the clipping stands before the step already")


def _clipping(site: Site) -> tuple[Statement, tuple[str, ...]]:
    """The statement that clips, and the names it may do it by: its own, or of a function that does nothing else."""
    source = site.source
    function = source.function(site.statement)
    if function is None or len(function.body.body) != 1 or not any(called(call) in _CLIPS for call in site.calls()):
        return site.statement, _CLIPS
    name = function.name.value
    uses = [source.statement_of(call) for call in source.all(cst.Call) if called(call) == name]
    if len(uses) != 1:
        raise NotMendableError(f"`{name}` is called in {len(uses) or 'no'} places")
    return uses[0], (name,)


def _statements(source: Source, block: cst.CSTNode, names: tuple[str, ...]) -> dict[Statement, cst.Call]:
    found: dict[Statement, cst.Call] = {}
    for call in source.all(cst.Call, block):
        statement = source.statement_of(call)
        if called(call) in names and isinstance(statement, cst.SimpleStatementLine):
            if source.parent(statement) is not block:
                continue
            found[statement] = call
    return found


def _is_schedule(source: Source, call: cst.Call) -> bool:
    return "sched" in source.code(call.func).lower()
