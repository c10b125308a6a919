from __future__ import annotations

from dataclasses import replace

from trialrun.checks.performance.data_stall import DataStall
from trialrun.checks.planned import planned_items
from trialrun.checks.registry import judge
from trialrun.evidence import Evidence
from trialrun.evidence.footprint import HostRead, HostReadRecord
from trialrun.evidence.timing import LoopBound, LoopTime
from trialrun.findings.finding import Severity

from .records import findings, line

EPOCHS = LoopTime(line(33), None, entries=1, iterations=3, entry_seconds=0.0, role="epoch", length=20)
WAITING = LoopTime(
    line(35),
    line(33),
    entries=3,
    iterations=9,
    entry_seconds=0.1,
    item_seconds=(0.1,) * 20,
    fetch_seconds=(0.06,) * 20,
    role="training",
    length=500,
)


def test_a_loop_that_waits_is_told_with_what_it_costs_over_the_planned_run() -> None:
    (finding,) = findings(DataStall, loop_time=(EPOCHS, WAITING))

    assert finding.severity is Severity.WARNING
    assert str(finding.where) == "train.py:35"
    assert "waits 60 % of its time" in finding.message
    assert finding.measured["planned_items"] == 500 * 20
    assert finding.measured["planned_wait_s"] == 600.0
    assert "10 minutes" in finding.message


def test_short_runs_and_short_waits_are_silent() -> None:
    assert not findings(DataStall, loop_time=(replace(EPOCHS, length=9), WAITING))
    assert not findings(DataStall, loop_time=(EPOCHS, replace(WAITING, fetch_seconds=(0.029,) * 20)))


def test_one_slow_read_is_not_the_rule() -> None:
    slow = replace(WAITING, fetch_seconds=(0.001,) * 19 + (5.0,), item_seconds=(0.1,) * 19 + (5.1,))
    assert not findings(DataStall, loop_time=(EPOCHS, slow))


def test_a_busy_machine_makes_no_stall_of_a_quick_loader() -> None:
    busy = replace(
        WAITING, fetch_seconds=(0.0003,) * 10 + (0.1,) * 4 + (0.0003,) * 6, item_seconds=(0.0007,) * 10 + (0.2,) * 10
    )
    assert not findings(DataStall, loop_time=(replace(EPOCHS, length=20_000), busy))


def test_workers_that_deliver_in_bursts_are_judged_by_their_mean() -> None:
    bursts = replace(WAITING, fetch_seconds=(0.0, 0.0, 0.0, 0.3) * 5, item_seconds=(0.02, 0.02, 0.02, 0.32) * 5)
    assert not findings(DataStall, loop_time=(EPOCHS, bursts))
    (finding,) = findings(DataStall, loop_time=(EPOCHS, bursts), source={"train.py": "DataLoader(x, num_workers=4)\n"})
    assert "more workers" in finding.fix


def test_a_run_of_unknown_length_is_passed_over() -> None:
    assert not findings(DataStall, loop_time=(replace(EPOCHS, length=None), WAITING))
    assert planned_items(Evidence(loop_time=(replace(EPOCHS, length=None), WAITING)), WAITING) is None


def test_a_counter_that_ends_a_while_tells_its_length() -> None:
    bound = LoopBound(line(33), line(33), "while", "<", tests=3, left=0, right=40, left_growth=1.0, right_growth=0.0)
    evidence = Evidence(loop_time=(replace(EPOCHS, length=None), WAITING), loop_bound=(bound,))
    assert planned_items(evidence, WAITING) == 500 * 40


def test_a_cache_makes_it_a_note() -> None:
    times = (EPOCHS, WAITING)
    (finding,) = findings(DataStall, loop_time=times, source={"train.py": "self.cache[index] = image\n"})
    assert finding.severity is Severity.NOTE
    (finding,) = findings(DataStall, loop_time=times, source={"train.py": "torch.cuda.empty_cache()\n"})
    assert finding.severity is Severity.WARNING


def test_an_accelerator_that_may_still_be_at_work_is_not_judged() -> None:
    times, read = (EPOCHS, WAITING), HostRead(line(40), "item", "cuda:0", calls=9, steps=9)
    asynchronous, synchronous = HostReadRecord("cuda:0", 9), HostReadRecord("cuda:0", 9, (read,))

    found, skipped = judge(Evidence(loop_time=times, host_read=(asynchronous,)), [DataStall()])
    assert (found, len(skipped)) == ([], 1)
    assert len(findings(DataStall, loop_time=times, host_read=(synchronous,))) == 1
