"""The script fails after its last epoch, when all the training has been paid for.

## Why is this bad?

What follows the training loop (the final evaluation, saving, plotting, the summary) runs once, hours or days after
the start. A wrong name or path there loses the results of the whole run, unless a checkpoint was saved before.

## Fix

Mend the line named here, and save a checkpoint before anything that can fail.

## Limits

Reported only if the fault comes back when the training loop is run without jumping to its last item. A shape, dtype
or `backward` fault after the last epoch is told by its own card, which then adds when it happens.

## References

None.
"""

from __future__ import annotations

from trialrun.checks.crash.card import Card, CrashCheck
from trialrun.evidence import Evidence
from trialrun.evidence.program import CrashRecord


class FaultAfterLastEpoch(CrashCheck):
    code = "CRX005"
    slug = "fault-after-last-epoch"
    fallback = True

    def explain(self, crash: CrashRecord, evidence: Evidence) -> Card | None:
        if crash.phase != "after training":
            return None
        missing_folder = crash.exception == "FileNotFoundError" or crash.message.startswith("Parent directory")
        return Card(
            "",
            "Make the folder before training starts: os.makedirs(folder, exist_ok=True)."
            if missing_folder
            else "Mend the line named here, and save the model before it.",
            expected="the code after the training loop runs to its end",
        )
