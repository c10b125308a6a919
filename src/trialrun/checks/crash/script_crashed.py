"""The script stopped with an exception.

## Why is this bad?

The full run would stop at the same place.

## Fix

Read the last line of the traceback and the line of the script named here.

## Limits

An exception that only the rehearsal's shortened loops could have caused is run again without shortening them; only
one that comes back is reported. Shape, batch axis, dtype and `backward` faults have cards of their own, and this one
is silent then. What a `raise` of your own says is reported here, whatever its words.

## References

Python documentation, "Errors and Exceptions".
"""

from __future__ import annotations

from trialrun.checks.crash.card import Card, CrashCheck, happened
from trialrun.evidence import Evidence
from trialrun.evidence.program import CrashRecord


class ScriptCrashed(CrashCheck):
    code = "CRX000"
    slug = "script-crashed"
    fallback = True

    def explain(self, crash: CrashRecord, evidence: Evidence) -> Card | None:
        if crash.phase == "after training":
            return None  # CRX005
        return Card(
            f"It happened {happened(crash)}.",
            "Mend the line named here; the traceback is in the run folder's stderr.log.",
        )
