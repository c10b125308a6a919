"""An embedding was asked for a row that it does not have.

## Why is this bad?

`nn.Embedding(n, d)` has rows 0 to n - 1. A vocabulary that was counted without its padding and unknown tokens, ids that
start at 1, or a sequence longer than the table of positions ask for one more.

## Fix

Build the table for the largest index plus one: `nn.Embedding(len(vocabulary), d)` with all special tokens counted;
truncate sequences to the length the positions were built for.

## Limits

Judged from the exception and the indices of this batch. `index_select` refuses with the same words: it has CRX000.

## References

PyTorch documentation, `torch.nn.Embedding`.
"""

from __future__ import annotations

import re

from trialrun.checks.crash.card import Card, CrashCheck, argument, value_range
from trialrun.evidence import Evidence
from trialrun.evidence.program import CrashRecord

_BAG = re.compile(r"Index \d+ of input takes value (-?\d+) which is not in the valid range \[0, (\d+)\)")


class EmbeddingIndexOutOfRange(CrashCheck):
    code = "CRX009"
    slug = "embedding-index-out-of-range"

    def explain(self, crash: CrashRecord, evidence: Evidence) -> Card | None:
        bag = _BAG.search(crash.message)
        if not bag and "index out of range in self" not in crash.message:
            return None
        if crash.context is not None and crash.context.operation == "index_select":
            return None  # a table of another kind, with the same words
        table = argument(crash.context, "weight")
        rows = int(bag[2]) if bag else table[1][0] if table and table[1] else None
        values = value_range(crash.context, "input") or ((int(bag[1]), int(bag[1])) if bag else None)
        text = f"The table has {rows} rows, 0 to {rows - 1}" if rows else "The table has fewer rows"
        if values:
            text += f", and the indices of this batch run from {values[0]} to {values[1]}"
        negative = values is not None and values[0] < 0
        positions = crash.context is not None and "pos" in (crash.context.module or "").lower()
        if negative:
            fix = "Map negative markers to a row of their own: add it to the table and use padding_idx."
        elif positions:
            fix = "Cut sequences to the length the positions were built for, or build more of them."
        else:
            rest = f" at least {values[1] + 1} here" if values else " the largest index plus one"
            fix = f"Build it with one row for every token, padding and unknown ones counted:{rest}."
        measured = {"rows": rows, "indices": list(values) if values else None}
        return Card(
            f"{text}.",
            fix,
            {name: value for name, value in measured.items() if value is not None},
            f"indices 0..{rows - 1}" if rows else "indices below the number of rows",
        )
