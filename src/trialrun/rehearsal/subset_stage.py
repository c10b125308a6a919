"""Whether a part of the data is trained on after smoke, and for how long."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from trialrun.evidence import Evidence
from trialrun.evidence.subset import SubsetRecord
from trialrun.findings.finding import Finding
from trialrun.rehearsal.settings import Settings
from trialrun.stages import subset
from trialrun.stages.attempt import Following
from trialrun.stages.brief import AS_IT_IS, Brief
from trialrun.stages.smoke import SmokeResult
from trialrun.target.supervise import Supervisor

SUBSET_S = 25.0  # for one training, at most; less where less is left of the budget


@dataclass(frozen=True)
class SubsetStage:
    """The stage, ready to be run after smoke."""

    settings: Settings
    brief: Brief
    supervisor: Supervisor
    cold: bool
    following: Following
    early: Sequence[Finding]  # what smoke has found, to be told when it takes a while from here
    tell: Callable[[Finding], None]

    def after(
        self, smoke: SmokeResult, evidence: Evidence, found: Sequence[Finding], seconds_left: float
    ) -> SmokeResult:
        """``smoke`` with what was found out; ``evidence`` is its own, with the source, and ``found`` what it shows."""
        if subset.NAME not in self.settings.stages or smoke.outcome != "passed" or smoke.attempt.interrupted:
            return smoke
        reason = self._why_not(found, seconds_left)
        if reason:
            return _with(smoke, (SubsetRecord(AS_IT_IS, "skipped", reason),))
        for finding in self.early:
            self.tell(finding)
        result = subset.run(
            self.supervisor,
            self.brief,
            evidence,
            self.settings.subset,
            cold=self.cold,
            timeout_s=seconds_left,
            each_s=SUBSET_S,
            following=self.following,
        )
        return _with(smoke, result.records, result.interrupted)

    def _why_not(self, found: Sequence[Finding], seconds_left: float) -> str:
        if self.settings.pdb:
            return "The debugger was asked for."
        if seconds_left < subset.LEAST_SECONDS:
            return "No time was left for it. Try a longer --budget."
        if any(finding.certain for finding in found):
            return "An error was found: its fix comes first."
        return ""


def _with(smoke: SmokeResult, records: tuple[SubsetRecord, ...], interrupted: bool = False) -> SmokeResult:
    attempt = replace(
        smoke.attempt,
        evidence=replace(smoke.attempt.evidence, subset=records),
        interrupted=smoke.attempt.interrupted or interrupted,
    )
    return replace(smoke, attempt=attempt)
