from __future__ import annotations

from dataclasses import replace

from trialrun.checks.performance.step_synchronisation import StepSynchronisation
from trialrun.checks.registry import judge
from trialrun.evidence import Evidence
from trialrun.evidence.footprint import HostRead, HostReadRecord
from trialrun.findings.finding import Severity

from .records import findings, line

READ = HostRead(line(40), "item", "cuda:0", calls=10, steps=10)
RECORD = HostReadRecord("cuda:0", 11, (READ,))


def test_a_read_in_every_step_is_a_note() -> None:
    (finding,) = findings(StepSynchronisation, host_read=(RECORD,))

    assert finding.severity is Severity.NOTE
    assert str(finding.where) == "train.py:40"
    assert "Every step waits for cuda:0: item() here ran 10 times in 11 steps" in finding.message


def test_reads_of_some_steps_are_silent() -> None:
    assert not findings(StepSynchronisation, host_read=(replace(RECORD, reads=(replace(READ, steps=4),)),))


def test_a_run_on_the_cpu_is_not_judged() -> None:
    found, skipped = judge(Evidence(host_read=(HostReadRecord("", 11),)), [StepSynchronisation()])
    assert not found
    assert [check.reason for check in skipped] == ["no accelerator is used"]
