"""Losses are kept with their graphs, so memory grows with every step.

## Why is this bad?

`total += loss` and `losses.append(loss)` keep the tensor, and with it the autograd graph of its step: every node, and
all that they hold. Python frees none of it until the sum or the list goes. The run gets slower and larger
with every step, and long epochs end with an out-of-memory error far from the line that caused it. A sum of such
losses is one graph over all steps.

## Fix

Keep the number: `total += loss.item()`, `losses.append(loss.item())`. On an accelerator `loss.detach()` avoids waiting
for the device at each step.

## Limits

Measured with a token in each graph that dies with it: a graph counts when it outlives the next update,
when no later backward went through it, and after a garbage collection. Graphs of at least three such steps are needed:
a loss kept to be compared with the next one, truncated backpropagation, the closures of L-BFGS and the inner
steps of meta-learning are not this. The line that keeps them is looked for in the source; where it is not seen, the
backward's is named.

## References

PyTorch documentation, "Frequently asked questions: My model reports 'cuda runtime error(2): out of memory'".
"""

from __future__ import annotations

from collections.abc import Iterable

from trialrun.checks.base import Check
from trialrun.checks.keeping import keeper
from trialrun.checks.wording import at, count, number
from trialrun.evidence import Evidence
from trialrun.findings.finding import Finding, Severity


class RetainedGraphs(Check):
    code = "LOS310"
    slug = "retained-graph"
    severity = Severity.WARNING
    needs = ("update",)

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        for record in evidence.retained:
            kept = None if record.where is None else keeper(record.where, evidence.source)
            where, text = kept if kept is not None else (record.where, "")
            blame = f"`{text}` keeps the tensor itself." if text else "Something keeps the loss tensor itself."
            yield self.finding(
                f"After {count(record.step + 1, 'update')} the graphs of {record.alive} earlier losses"
                f"{at(record.where if text else None)} are still alive, each of {number(record.nodes)} nodes, and one "
                f"more is added with every step. {blame}",
                "Keep the number: loss.item(), or loss.detach(). If a later backward through all of them is meant, "
                "this is legitimate.",
                where=where,
                measured={
                    "graphs_alive": record.alive,
                    "backwards": record.backwards,
                    "nodes_each": record.nodes,
                    "updates": record.step + 1,
                },
                expected="the graph of a loss is freed by the end of the next update",
                explained_by=("CRX012",),
            )
