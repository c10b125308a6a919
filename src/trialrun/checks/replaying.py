"""What a replay with the fix adds to a finding."""

from __future__ import annotations

from trialrun.checks.wording_of_experiments import ended, went
from trialrun.evidence import Evidence
from trialrun.evidence.replays import replay
from trialrun.findings.finding import Verified


def verified_by(evidence: Evidence, name: str) -> Verified | None:
    """That the replay ``name`` learnt the batch and the program as it is did not; None where nothing shows that."""
    found = replay(evidence, name)
    if found is None or not found.confirms:
        return None
    return Verified(found.fixed.change, f"{went(found.fixed)} (now: {ended(found.control)})")
