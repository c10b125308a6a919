"""What dropout and weight decay make of one batch."""

from __future__ import annotations

from trialrun.evidence.experiments import ExperimentRecord
from trialrun.evidence.rehearsal import Evidence
from trialrun.evidence.replays import clearly_better

NAME = "regularisation"


def held_back(evidence: Evidence) -> ExperimentRecord | None:
    """The experiment, where the batch is learnt without them and not with them; else None."""
    record = evidence.experiment_named(NAME)
    if record is None or record.control is None or not record.variants:
        return None
    return record if clearly_better(record.variants[0], record.control, record.floor) else None
