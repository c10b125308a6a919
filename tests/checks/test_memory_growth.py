from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from trialrun.checks.performance.memory_growth import MemoryGrowth
from trialrun.evidence.footprint import GrowthRecord, Remains
from trialrun.evidence.timing import LoopTime
from trialrun.findings.finding import Finding

from .records import findings, line, missed

MIB = 2**20
STEPS = ((0, 0), (1, 0), (2, 0), (3, 0), (4, 1), (5, 1), (6, 2), (7, 2))
LOOPS = (
    LoopTime(line(33), None, entries=1, iterations=3, entry_seconds=0.0, role="epoch", length=20),
    LoopTime(
        line(35), line(33), entries=3, iterations=8, entry_seconds=0.1, role="training", length=500, updates=8,
        updates_items=8,
    ),
)  # fmt: skip


def grown(sizes: dict[int, int], entry: int = 2, **evidence: Any) -> list[Finding]:
    remains = tuple(Remains(step, dict(STEPS)[step], size, 1) for step, size in sizes.items())
    record = GrowthRecord(7, entry, STEPS, remains, "linear", line(40))
    return findings(MemoryGrowth, **{"growth": (record,), "loop_time": LOOPS, **evidence})


def test_the_same_amount_left_by_every_step_is_told_with_its_slope() -> None:
    (finding,) = grown(dict.fromkeys(range(1, 8), MIB))

    assert str(finding.where) == "train.py:40"
    assert "1 MiB of what a step computes is still in memory later" in finding.message
    assert "Over 10,000 steps of the planned run this comes to 9.766 GiB" in finding.message
    assert finding.explained_by == ("LOS310",)


def test_what_is_let_go_when_the_next_epoch_begins_is_no_growth() -> None:
    assert not grown({6: MIB, 7: MIB})


def test_best_weights_kept_once_an_epoch_are_no_growth() -> None:
    assert not grown({3: MIB, 5: MIB})


def test_amounts_that_have_nothing_in_common_are_no_growth() -> None:
    assert not grown({1: 64 * MIB, 2: MIB, 3: MIB // 64, 4: 8 * MIB, 5: MIB // 8})


def test_little_over_the_planned_run_is_no_matter() -> None:
    assert not grown(dict.fromkeys(range(1, 8), 4096))


def test_a_run_of_unknown_length_is_passed_over() -> None:
    unknown = (replace(LOOPS[0], length=None), LOOPS[1])
    assert not grown(dict.fromkeys(range(1, 8), MIB), loop_time=unknown)


@pytest.mark.parametrize(
    "text",
    [
        "kept = deque(maxlen=500)",
        "kept = [*kept, output]\nkept = kept[-100:]",
        "kept = [*kept, output][-n:]\nkept = kept[-n:]",
        "if length not in tables:\n    tables[length] = make(length)",
        "if len(self.kept) < 100:\n    self.kept.append(output)",
        "kept.append(output)\ndel kept[0]",
        "kept += [output]\nkept.pop(0)",
        "not Python 3 at all:",
    ],
)
def test_what_may_be_bounded_is_passed_over(text: str) -> None:
    assert not grown(dict.fromkeys(range(1, 8), MIB), source={"train.py": text + "\n"})


@pytest.mark.parametrize(
    "text", ["kept.append(output)\nplot(kept[-100:])", "kept.append(output)\nif len(loader) > 3: names.pop()"]
)
def test_other_containers_that_stay_small_are_no_excuse(text: str) -> None:
    assert grown(dict.fromkeys(range(1, 8), MIB), source={"train.py": text + "\n"})


def test_unreached_statements_that_could_empty_it_are_an_excuse() -> None:
    block = missed("if step % 1000 == 0", (2,))
    source = {"train.py": "kept.append(output)\nwriter.flush()\n"}
    assert not grown(dict.fromkeys(range(1, 8), MIB), source=source, coverage=block)
    assert grown(dict.fromkeys(range(1, 8), MIB), source=source)
