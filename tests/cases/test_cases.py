"""Every program under cases/ rehearsed for real.

A line of a bad program that ends in ``# expect: CODE`` is where that check, and no other, has to point. Good and clean
programs may not get a single warning. Those under ``clean/CODE`` were written to trip that check: where only their
author's intent tells them from the defect it may warn, but never give an error; a check that gives no more than
warnings or notes may not. A check may have more bad programs than one: ``bad_*.py`` beside ``bad.py``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from tests.rehearsed import ON_A_PART, PROBED, found, rehearse
from trialrun.checks.registry import all_checks
from trialrun.target.supervise import Supervisor

Rehearse: TypeAlias = Callable[[Path], tuple[dict[str, Any], int, str]]

CASES = Path(__file__).resolve().parents[2] / "cases"
BAD = sorted(CASES.glob("*/bad*.py"))
RIGHT = [*sorted(CASES.glob("*/good*.py")), *sorted((CASES / "clean").glob("*.py"))]
ALIKE = sorted((CASES / "clean").glob("*/*.py"))
# Of those written to trip one check, and of the further bad programs of a check and their twins, so many are run here,
# spread over the folder, and none of a check that experiments decide, which takes seconds: all of them take minutes, and
# are run by `pytest --every`; the right ones by benchmarks/false_alarms.py too.
SOME = 1
# These make new weights instead of changing old ones, or have no gradient: there is no update to be seen.
UNSEEN = {"functional_model", "gradient_free_training"}
ON_ACCELERATOR = {"PRF002"}  # shows nowhere else
# Bad programs whose batch is learnt with the fix alone, so that the finding tells it.
VERIFIED = {
    "EVA705_incomplete-checkpoint/bad",
    "EVA705_incomplete-checkpoint/bad_pickled",
    "EVA705_incomplete-checkpoint/bad_trainer_class",
    "GRD401_stale-gradient/bad_while",
    "LOS301_broadcast-loss/bad",
    "LOS301_broadcast-loss/bad_functional",
    "LOS301_broadcast-loss/bad_huber_of_series",
    "LOS301_broadcast-loss/bad_targets_in_a_column",
    "LOS302_double-softmax/bad",
    "LOS303_logits-expected/bad",
    "MOD205_softmax-over-batch/bad",
    "TRN604_worse-than-baseline/bad_kept_share",
    "OPT501_parameter-not-optimised/bad_residual_head",
}
# Bad programs that are warned of, by a check that can give errors.
WARNED = {f"NUM802_low-precision-loss/{stem}" for stem in ("bad", "bad_default_dtype", "bad_trainer")}
EXPECTATION = re.compile(r"# expect: ([A-Z]{3}\d{3})$")
SEVERITIES = {check.code: check.severity.value for check in all_checks()}


@pytest.fixture
def rehearsed(
    supervisor: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pytestconfig: pytest.Config
) -> Rehearse:
    """By the stages that a program is about."""
    every = pytestconfig.getoption("--every")

    def run(script: Path) -> tuple[dict[str, Any], int, str]:
        monkeypatch.chdir(tmp_path)
        # Those that are about one check of smoke need no repeats here, half of the time of all: those get them by
        # `pytest --every`, and by benchmarks/first_finding.py and false_alarms.py.
        code = script.parent.name[:6]
        stages: tuple[str, ...] = ("smoke", "overfit") if script.parent == CASES / "clean" else ("smoke",)
        if every or code in PROBED or name(script) in VERIFIED:
            stages = ("smoke", "overfit", "probe")
        if code in ON_A_PART:
            stages = ("smoke", "overfit", *(("probe",) if name(script) in VERIFIED else ()), "subset")
        return rehearse(supervisor, script, tmp_path / "run", stages)

    return run


def name(script: Path) -> str:
    return f"{script.parent.name}/{script.stem}"


def test_bad_program_trips_its_check_at_its_line_and_no_other(bad: Path, rehearsed: Rehearse) -> None:
    expected = [
        (mark[1], "warning" if name(bad) in WARNED else SEVERITIES[mark[1]], number)
        for number, line in enumerate(bad.read_text(encoding="utf-8").splitlines(), start=1)
        if (mark := EXPECTATION.search(line))
    ]
    assert expected
    if expected[0][0] in ON_ACCELERATOR and not pytest.importorskip("torch").cuda.is_available():
        pytest.skip("no CUDA device")
    report, status, output = rehearsed(bad)

    assert found(report, {code for code, severity, _ in expected if severity == "note"}) == sorted(expected), output
    explained = [symptom["severity"] for finding in report["findings"] for symptom in finding["folded"]]
    fails = "error" in explained or any(severity == "error" for _, severity, _ in expected)
    wanted = 3 if report["verdict"] == "crash" else int(fails)
    assert status == wanted, output
    told = [finding for finding in report["findings"] if finding["code"] == expected[0][0] and finding["verified"]]
    assert told or name(bad) not in VERIFIED, output


def test_right_program_gets_no_error_and_no_warning(right: Path, rehearsed: Rehearse) -> None:
    report, status, output = rehearsed(right)

    assert found(report) == [], output
    judged(right, report, status, output)


def some(programs: list[Path], config: pytest.Config, most: int = SOME) -> list[Path]:
    """Those of ``programs`` that this run looks at: of each folder ``most``, spread over it, where not all are asked for."""
    if config.getoption("--every"):
        return programs
    folders: dict[Path, list[Path]] = {}
    for script in programs:
        folders.setdefault(script.parent, []).append(script)
    return [script for all_ in folders.values() for script in all_[:: -(-len(all_) // most)]]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    config = metafunc.config
    further = [script for script in BAD if script.stem != "bad" and name(script) not in VERIFIED | WARNED]
    quick = [script for script in further if script.parent.name[:6] not in PROBED | ON_A_PART]
    left_out = set() if config.getoption("--every") else {*further} - {*some(quick, config)}
    if "bad" in metafunc.fixturenames:
        metafunc.parametrize("bad", [script for script in BAD if script not in left_out], ids=name)
    if "right" in metafunc.fixturenames:
        twins = {script.with_name(script.name.replace("bad", "good", 1)) for script in left_out}
        metafunc.parametrize("right", [script for script in RIGHT if script not in twins], ids=name)
    if "alike" in metafunc.fixturenames:
        crashes = [script for script in ALIKE if script.parent.name == "CRX"]  # which holds the cards of all crashes
        others = [script for script in ALIKE if script.parent.name != "CRX"]
        metafunc.parametrize("alike", [*some(crashes, config, 8), *some(others, config)], ids=name)


def test_right_program_that_looks_wrong_gets_no_error(alike: Path, rehearsed: Rehearse) -> None:
    report, status, output = rehearsed(alike)

    own = alike.parent.name
    assert {severity for _, severity, _ in found(report)} <= {"warning"}, output
    severity = SEVERITIES.get(own)
    if severity in ("warning", "note"):
        notes = {own} if severity == "note" else ()  # one that warns may still say what is worth knowing
        assert own not in {code for code, _, _ in found(report, notes)}, output
    judged(alike, report, status, output)


def judged(script: Path, report: dict[str, Any], status: int, output: str) -> None:
    """The program was looked at, and nothing else went wrong."""
    if script.stem in UNSEEN:
        assert (report["verdict"], status) == ("inconclusive", 5), output
        return
    assert report["verdict"] in ("pass", "warn"), output
    assert status == 0, output
    assert any(stage["steps"] for stage in report["stages"]), "nothing was looked at"
