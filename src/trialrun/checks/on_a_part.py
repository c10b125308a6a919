"""What a training on a part of the data cannot be judged by."""

from __future__ import annotations

from trialrun.evidence import Evidence
from trialrun.evidence.rates import lowered, may_rise
from trialrun.evidence.scores import sits_still, unsupervised
from trialrun.evidence.subset import SubsetRecord
from trialrun.evidence.sweep import too_slow


def not_run(evidence: Evidence) -> str:
    """Why there is no training on a part of the data; "" if there is."""
    if evidence.subset_of("as it is") is not None:
        return ""
    return evidence.subset[-1].reason or "the training on a part of the data did not run"


def unscored(evidence: Evidence) -> str:
    """The same, or why its scores are not those of a supervised training."""
    record = evidence.subset_of("as it is")
    return not_run(evidence) if record is None else unsupervised(evidence, record)


def may_learn_later(evidence: Evidence, record: SubsetRecord) -> str:
    """Why a training that got nowhere in this part may do so in the full run; "" if nothing is known."""
    if sits_still(evidence):
        return "several saturating layers follow each other, which may rest on a plateau before they learn"
    if may_rise(evidence):
        return "the learning rate may still be rising in the part that was run"
    if lowered(evidence, record):
        return "the learning rate may have been lowered before the part that was run had learnt"
    return too_slow(evidence)
