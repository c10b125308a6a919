"""Whether a crash that came after a loop was cut would also come in the full run."""

from __future__ import annotations

from trialrun.evidence import Evidence
from trialrun.evidence.program import CrashRecord

# What these say of names, files and types does not depend on how often a loop ran, only on which statements did.
COUNT_FREE = frozenset(
    (
        "AttributeError",
        "FileNotFoundError",
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
    "Error(s) in loading state_dict",
    "Can't call numpy() on Tensor that requires grad",
    "Expected all tensors to be on the same device",
    "cannot be opened",
)


def certain(crash: CrashRecord, evidence: Evidence) -> bool:
    """Whether no rerun is needed: nothing had been cut, or cutting cannot have caused it.

    An exception that only names, files or types can raise is certain once no statement that binds or calls something
    was left out on the way to it.
    """
    if not crash.after_cut:
        return True
    if crash.exception not in COUNT_FREE and not any(words in crash.message for words in COUNT_FREE_WORDS):
        return False
    missed = [block for record in evidence.coverage for block in record.missed if not block.behind_exception]
    return not any(block.binds or not block.harmless for block in missed if not evidence.decided_before_loops(block))


def same(first: CrashRecord, second: CrashRecord) -> bool:
    """Whether two crashes are the same one: type and place."""
    places = [crash.frames[-1].where if crash.frames else None for crash in (first, second)]
    return first.exception == second.exception and places[0] == places[1]
