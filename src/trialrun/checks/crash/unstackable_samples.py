"""Samples of one batch can't be put together.

## Why is this bad?

The default collation stacks the samples of a batch, so all need the same keys, types and sizes. Texts, sounds and boxes
have different lengths, pictures different sizes; a data set that returns `None` for a bad file has nothing to stack.
With shuffling the script may stop only in a later batch.

## Fix

Bring samples to one size in the data set (crop, resize, pad), or pass a `collate_fn`, for sequences with
`torch.nn.utils.rnn.pad_sequence`. Filter out unusable samples when the list is made.

## Limits

Judged from the exception, where it came out of the collation. `torch.stack` in the program itself is CRX001.

## References

PyTorch documentation, `torch.utils.data`, "Working with collate_fn".
"""

from __future__ import annotations

import re

from trialrun.checks.crash.card import Card, CrashCheck
from trialrun.evidence import Evidence
from trialrun.evidence.program import CrashRecord

_SIZES = re.compile(
    r"stack expects each tensor to be equal size, but got (\[[\d, ]*\]) at entry (\d+) and (\[[\d, ]*\]) at entry (\d+)"
)
_LISTS = "each element in list of batch should be of equal size"
_TYPE = re.compile(r"default_collate: batch must contain tensors.*found <class '([\w.]+)'>")
_NO_LENGTH = re.compile(r"object of type '([\w.]+)' has no len\(\)")  # one of a batch of tuples is none
_LIBRARY = "torch/utils/data/_utils/collate.py"
_PAD = "Pad or crop them in the data set, or pass collate_fn with torch.nn.utils.rnn.pad_sequence."


class UnstackableSamples(CrashCheck):
    code = "CRX018"
    slug = "unstackable-samples"

    def explain(self, crash: CrashRecord, evidence: Evidence) -> Card | None:
        if _LIBRARY not in crash.traceback.replace("\\", "/") and "default_collate" not in crash.message:
            return None
        expected = "samples of one size"
        if found := _SIZES.search(crash.message):
            return Card(
                f"Sample {found[2]} of the batch has shape {found[1]} and sample {found[4]} has {found[3]}; the "
                "default collation stacks them.",
                _PAD,
                {"shapes": [found[1], found[3]]},
                expected,
            )
        if _LISTS in crash.message:
            return Card(
                "The samples hold lists of different lengths; the default collation pairs them up.", _PAD, {}, expected
            )
        if found := (_TYPE.search(crash.message) or _NO_LENGTH.search(crash.message)):
            missing = found[1] == "NoneType"
            return Card(
                "The data set returned None for a sample."
                if missing
                else f"The data set returned a {found[1]}, which can't be stacked.",
                "Leave unusable samples out when the list of samples is made, or drop them in collate_fn."
                if missing
                else "Return tensors, arrays or numbers from __getitem__, or pass a collate_fn that knows this type.",
                {"type": found[1]},
                "tensors, arrays or numbers",
            )
        return None
