"""A symptom is told with its cause."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from trialrun.findings.causes import folded
from trialrun.findings.finding import Finding, Location, Severity
from trialrun.findings.selection import choose
from trialrun.report.view import totals

CAUSE = Finding("GRD403", "broken-graph", Severity.ERROR, "Cut.", "Mend it.", Location("t.py", 3), explains=("OPT505",))
SYMPTOM = Finding(
    "TRN601",
    "cannot-overfit",
    Severity.WARNING,
    "Not learnt.",
    "Look.",
    Location("t.py", 9),
    explained_by=("GRD403", "OPT501"),
)
OTHER = replace(CAUSE, code="DAT101", explains=())


def test_a_symptom_is_told_with_its_cause() -> None:
    assert folded([SYMPTOM, OTHER, CAUSE]) == [
        OTHER,
        replace(CAUSE, explains=("OPT505", "TRN601"), folded=(SYMPTOM,)),
    ]


def test_a_symptom_without_its_cause_stands_for_itself() -> None:
    assert folded([SYMPTOM, OTHER]) == [SYMPTOM, OTHER]


def test_a_note_explains_nothing() -> None:
    note = replace(CAUSE, severity=Severity.NOTE)
    assert folded([SYMPTOM, note]) == [SYMPTOM, note]


def test_one_of_several_causes_tells_it() -> None:
    late = replace(CAUSE, code="OPT501", explains=())
    told = folded([CAUSE, SYMPTOM, late])
    assert [finding.code for finding in told] == ["GRD403", "OPT501"]
    assert sum("TRN601" in finding.explains for finding in told) == 1


def test_two_of_the_same_kind_do_not_swallow_each_other() -> None:
    both = [replace(SYMPTOM, explained_by=("TRN601",)), replace(SYMPTOM, explained_by=())]
    assert folded(both) == [replace(both[1], explains=("TRN601",), folded=(both[0],))]
    assert folded(both[:1]) == both[:1]


def test_two_that_name_each_other_are_both_told() -> None:
    both = [SYMPTOM, replace(CAUSE, explained_by=("TRN601",))]
    assert folded(both) == both


def test_what_is_folded_was_not_suppressed() -> None:
    chosen = choose([SYMPTOM, CAUSE], {"t.py": "x\n" * 9})
    assert [finding.code for finding in chosen.findings] == ["GRD403"]
    assert chosen.suppressed == 0


def test_a_symptom_whose_cause_is_ignored_comes_forward() -> None:
    chosen = choose([SYMPTOM, CAUSE], {"t.py": "x\n" * 9}, ignore=("GRD403",))
    assert [finding.code for finding in chosen.findings] == ["TRN601"]
    assert chosen.suppressed == 1
    assert [finding.code for finding in choose([SYMPTOM, CAUSE], {}, select=("TRN",)).findings] == ["TRN601"]


def test_a_symptom_of_a_known_cause_is_known(tmp_path: Path) -> None:
    known = {"code": "GRD403", "message": "Cut.", "where": {"file": "t.py", "line": 3, "function": "<module>"}}
    (tmp_path / "old.json").write_text(json.dumps({"schema_version": 1, "findings": [known]}))
    chosen = choose([SYMPTOM, CAUSE], {"t.py": "x\n" * 9}, baseline_path=tmp_path / "old.json")
    assert chosen.findings == ()
    assert chosen.suppressed == 1


def test_an_error_that_a_likely_cause_explains_stays_an_error_of_the_program() -> None:
    likely = replace(CAUSE, severity=Severity.WARNING)
    (told,) = folded([likely, replace(SYMPTOM, severity=Severity.ERROR)])
    assert told.severity is Severity.WARNING
    assert told.certain
    assert totals([told]) == "1 warning (1 explains an error)"
    assert not folded([likely, SYMPTOM])[0].certain
