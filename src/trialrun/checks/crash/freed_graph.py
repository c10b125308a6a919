"""A backward went through a graph that an earlier backward had freed.

## Why is this bad?

`backward()` frees what the forward saved. A second one over the same part of the graph has nothing to work with. Either
two losses share a part and each has its own backward, or something computed in an earlier iteration (a hidden state, a
running sum of losses, features computed once in front of the loop) is still part of this one's graph.

## Fix

Two losses: add them and call `backward()` once, or `retain_graph=True` on all but the last. A state that is carried
over: `state = state.detach()` at the start of each iteration. Features of trainable layers: compute them in the loop. A
running sum for printing: `total += loss.item()`.

## Limits

Judged from the exception and the lines of this backward and the one before.

## References

PyTorch documentation, `torch.Tensor.backward`, `retain_graph`; "Autograd mechanics".
"""

from __future__ import annotations

from trialrun.checks.crash.card import Card, CrashCheck
from trialrun.evidence import Evidence
from trialrun.evidence.program import CrashRecord


class FreedGraph(CrashCheck):
    code = "CRX010"
    slug = "freed-graph"

    def explain(self, crash: CrashRecord, evidence: Evidence) -> Card | None:
        if "backward through the graph a second time" not in crash.message:
            return None
        earlier = crash.context.earlier_backward if crash.context else None
        here = crash.frames[-1].where if crash.frames else None
        if earlier is None:
            return Card("", _CARRIED, expected="each part of the graph gone through once")
        if here is not None and (earlier.file, earlier.line) == (here.file, here.line):
            return Card(
                "The same line has gone backward before: a part of this graph was built in an earlier iteration and "
                "is still in use.",
                _CARRIED,
                {"earlier_backward": str(earlier)},
                "each iteration builds its own graph",
            )
        return Card(
            f"The backward before it, at {earlier}, has freed what both losses share.",
            "Add the losses and call backward() once on the sum; or backward(retain_graph=True) there. If one of them "
            "is not meant to train the shared part, detach() it.",
            {"earlier_backward": str(earlier)},
            "each part of the graph gone through once",
        )


_CARRIED = (
    "Detach what is carried over from one iteration to the next (hidden = hidden.detach(); total += loss.item()), and "
    "compute what is trained inside the loop."
)
