"""Whether a crash that came after a loop was cut would also come in the full run."""

from __future__ import annotations

import re

from trialrun.evidence import Evidence
from trialrun.evidence.program import CrashRecord

# What these say of names, files and types does not depend on how often a loop ran, only on which statements did.
COUNT_FREE = frozenset(
    (
        "AttributeError",
        "ImportError",
        "IsADirectoryError",
        "ModuleNotFoundError",
        "NameError",
        "NotADirectoryError",
        "NotImplementedError",
        "PermissionError",
        "PicklingError",
        "SyntaxError",
        "TypeError",
    )
)

# The same holds for these messages of torch, which come as RuntimeError.
COUNT_FREE_WORDS = (
    "Parent directory",  # of a file to be saved
    "Can't call numpy() on Tensor that requires grad",
    "Expected all tensors to be on the same device",
    "cannot be opened",
)

# A place that an item left out would have filled is still None, as an entry of a table of objects too.
UNFILLED_WORDS = ("None", "numpy.object_")

_WRITES = re.compile(r"sav(e|ez|efig|etxt)\w*\(|write|dump|\.to_\w+\(|[\"'][wax]b?\+?[\"']")


def certain(crash: CrashRecord, evidence: Evidence) -> bool:
    """Whether no rerun is needed: nothing had been cut, or cutting cannot have caused it.

    An exception that only names, files or types can raise is certain once no statement that binds or calls something
    was left out on the way to it.
    """
    if not crash.after_cut:
        return True
    if not _count_free(crash):
        return False
    missed = [block for record in evidence.coverage for block in record.missed if not block.behind_exception]
    return not any(block.binds or not block.harmless for block in missed if not evidence.decided_before_loops(block))


def _count_free(crash: CrashRecord) -> bool:
    if crash.exception == "FileNotFoundError":
        # A folder to write into is missing in any case; a file to be read may be one the cut items were to write.
        return bool(crash.frames) and bool(_WRITES.search(crash.frames[-1].text))
    if crash.unfilled or any(words in crash.message for words in UNFILLED_WORDS):
        return False
    return crash.exception in COUNT_FREE or any(words in crash.message for words in COUNT_FREE_WORDS)


def same(first: CrashRecord, second: CrashRecord) -> bool:
    """Whether two crashes are the same one: type and place."""
    places = [crash.frames[-1].where if crash.frames else None for crash in (first, second)]
    return first.exception == second.exception and places[0] == places[1]
