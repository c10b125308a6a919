"""A table with columns that are no numbers was turned into a tensor.

## Why is this bad?

A column of text, dates or missing values makes the whole NumPy array one of Python objects, and there is no tensor of
objects.

## Fix

One column per category: `pd.get_dummies(table, dummy_na=True, dtype="float32")`, made once over training and test
rows together; a category that is one of many: integer codes and an `nn.Embedding`; numbers that were read as text:
`pd.to_numeric(column, errors="coerce")` and a look at what became missing. A column of mixed numbers and booleans:
`table.astype("float32")`.

## Limits

Judged from the exception; columns are found in the array or in a table the program holds where it stopped.

## References

pandas documentation, `pandas.get_dummies`, `pandas.to_numeric`.
"""

from __future__ import annotations

import re

from trialrun.checks.crash.card import Card, CrashCheck
from trialrun.checks.wording import names
from trialrun.evidence import Evidence
from trialrun.evidence.program import CrashRecord

_OBJECTS = re.compile(r"can't convert np\.ndarray of type numpy\.(object_|str_|datetime64)")
_TEXT = re.compile(r"could not convert string to float: '(.*)'")
_FRAME = re.compile(
    r"could not determine the shape of object type 'DataFrame'|expected np\.ndarray \(got (?:DataFrame|Series)\)"
)


class NonNumericColumn(CrashCheck):
    code = "DAT110"
    slug = "non-numeric-column"

    def explain(self, crash: CrashRecord, evidence: Evidence) -> Card | None:
        text = crash.message
        columns = crash.context.columns if crash.context else ()
        objects, frame, string = _OBJECTS.search(text), _FRAME.search(text), _TEXT.search(text)
        if not objects and not frame and not ((string or "too many dimensions 'str'" in text) and columns):
            return None
        measured = {"columns": list(columns)}
        expected = "a table of numbers"
        if columns:
            culprit = f"{string[1]!r} is no number. " if string else ""
            return Card(
                f"{culprit}Columns that hold more than numbers: {names(columns, 5)}.",
                "One column per category: pd.get_dummies(table, dummy_na=True, dtype='float32'), over training and "
                "test rows together; for numbers read as text, pd.to_numeric.",
                measured,
                expected,
            )
        return Card(
            "The array's dtype is object: Python objects, though none seen here is text (numbers and booleans mixed?)."
            if objects
            else "A table is no array.",
            "Convert it first: table.to_numpy(dtype='float32'), or pd.get_dummies(table, dummy_na=True, "
            "dtype='float32').",
            measured,
            expected,
        )
