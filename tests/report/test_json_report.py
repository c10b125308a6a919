"""``report.json``: the contract's schema, valid JSON whatever was measured, read back without loss."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sample

from trialrun.errors import UsageError
from trialrun.evidence import Evidence
from trialrun.evidence.tensors import LossCall
from trialrun.findings.finding import Mend
from trialrun.findings.result import Target
from trialrun.report import json_report, view

# contract.md, schema_version 1: a field may be added, never removed.
CONTRACT: dict[str, Any] = {
    "schema_version": int,
    "tool": {"name": str, "version": str},
    "target": {"path": str, "argv": [str], "cwd": str},
    "verdict": str,
    "stages": [{"name": str, "outcome": str, "reason": (str, None), "duration_s": float, "steps": int}],
    "findings": [
        {
            "code": str,
            "slug": str,
            "severity": str,
            "stage": str,
            "where": {"file": str, "line": int, "function": str},
            "message": str,
            "measured": {},
            "expected": str,
            "fix": str,
            "verified": ({"by": str, "result": str}, None),
        }
    ],
    "coverage": {"statements": int, "rehearsed": int, "missed": [{"file": str, "lines": [int], "guard": str}]},
    "estimate": {
        "steps": int,
        "duration_s": float,
        "duration_low_s": float,
        "duration_high_s": float,
        "peak_memory_bytes": int,
        "written_bytes": int,
    },
    "writes": [{"path": str, "bytes": int, "times": int}],
    "environment": {},
}
ADDED = {
    "exit_status": int,
    "headline": str,
    "suppressed": int,
    "skipped_checks": [{"code": str, "reason": str}],
    "loops": [{"kind": str, "entries": int, "iterations": int}],
    "loss_at_start": {"value": float, "expected": float, "function": str, "where": {"line": int}},
    "batch": [{"source": str, "tensors": [{"key": str, "shape": [int], "dtype": str}]}],
    "layers": [{"name": str, "cls": str, "output_shapes": [[int]]}],
    "gradients": [{"name": str, "weight_norm": float, "gradient_norm": float, "update_ratio": float}],
    "containment": {"method": str},
    "blocked": [{"kind": str, "target": str}],
    "warnings": [{"category": str, "message": str}],
    "duration_s": float,
    "run_dir": str,
    "overfit": {
        "verdict": str,
        "sentence": str,
        "restored": bool,
        "record": {"losses": [float], "floor": float, "where": {"line": int}, "switched_off": [str]},
    },
}


def fits(value: Any, schema: Any) -> bool:
    if isinstance(schema, tuple):
        return any(fits(value, choice) for choice in schema)
    if schema is None:
        return value is None
    if isinstance(schema, dict):
        return isinstance(value, dict) and all(name in value and fits(value[name], schema[name]) for name in schema)
    if isinstance(schema, list):
        return isinstance(value, list) and bool(value) and all(fits(item, schema[0]) for item in value)
    return isinstance(value, schema)


@pytest.mark.parametrize("name", [*CONTRACT, *ADDED])
def test_the_report_has_the_fields_of_the_contract(name: str) -> None:
    wrong = sample.result()
    report = json.loads(json_report.text(view.build(sample.repeated(findings=wrong.findings, skipped=wrong.skipped))))
    assert fits(report[name], {**CONTRACT, **ADDED}[name]), report[name]


def test_it_says_what_happened() -> None:
    report = json_report.build(sample.result())
    assert report["schema_version"] == 1
    assert report["verdict"] == "fail"
    assert report["exit_status"] == 1
    assert [finding["code"] for finding in report["findings"]] == ["GRD401", "EVA701"]
    assert report["findings"][0]["where"] == {
        "file": "mnist_cnn.py",
        "line": 43,
        "function": "train",
        "text": "optimizer.step()",
    }
    assert report["loss_at_start"]["classes"] == 10
    assert len(report["layers"]) == 6  # the tables of the terminal are cut, this is not


def test_what_json_cannot_say_is_a_string() -> None:
    report = json_report.build(sample.result())
    assert report["findings"][0]["measured"]["ratio"] == "Infinity"
    calls = [LossCall(0, "mse_loss", None, value) for value in (math.nan,)]
    text = json_report.text(view.build(sample.result(evidence=Evidence(loss=tuple(calls)))))
    assert json.loads(text, parse_constant=pytest.fail)["loss_at_start"]["value"] == "NaN"


def test_a_run_of_which_nothing_is_known_has_a_report_too() -> None:
    report = json_report.build(sample.result(evidence=Evidence(), findings=(), verdict="inconclusive", exit_status=5))
    assert report["coverage"] is report["estimate"] is report["overfit"] is None
    assert report["batch"] == report["layers"] == report["loops"] == []


def test_a_report_of_a_version_without_overfit_and_estimate_is_read() -> None:
    report = json_report.build(sample.clean())
    del report["overfit"]
    assert report["estimate"] is None
    assert json_report.to_view(report) == view.build(sample.clean())


def test_mends_patches_and_folded_findings_are_read_back(tmp_path: Path) -> None:
    mended = replace(sample.TRAIN_MODE, mend=Mend("eval_mode", {"loop_line": 3}), patch="--- a\n")
    result = sample.result(findings=(replace(mended, folded=(sample.TRAIN_MODE,)),), patch="--- a\n", written=("x",))
    json_report.write(result, tmp_path / "report.json")
    assert json_report.read(tmp_path / "report.json") == view.build(result)
    assert json.loads((tmp_path / "report.json").read_text())["findings"][0]["patch"] == "--- a\n"


def test_losses_that_blew_up_are_read_back(tmp_path: Path) -> None:
    result = sample.repeated(replace(sample.OVERFIT, losses=(2.3, math.inf, -math.inf)))
    json_report.write(result, tmp_path / "report.json")
    assert json_report.read(tmp_path / "report.json") == view.build(result)


@pytest.mark.parametrize(
    "result", [sample.repeated(), sample.result(), sample.clean(), sample.crashed(), sample.result(evidence=Evidence())]
)
def test_it_is_read_back_without_loss(tmp_path: Path, result: Any) -> None:
    path = tmp_path / "report.json"
    json_report.write(result, path)
    seen = json_report.read(path)
    assert json_report.from_view(seen) == json_report.build(result)
    if math.inf not in [value for finding in result.findings for value in finding.measured.values()]:
        assert seen == view.build(result)  # measured values have no declared type, so their infinities stay strings


def test_nan_is_read_back_as_nan(tmp_path: Path) -> None:
    result = sample.result(evidence=Evidence(loss=(LossCall(0, "mse_loss", None, math.nan),)), findings=())
    json_report.write(result, tmp_path / "report.json")
    seen = json_report.read(tmp_path / "report.json")
    assert seen.loss_at_start is not None
    assert math.isnan(seen.loss_at_start.value)


def test_a_file_name_that_is_not_utf8_is_written(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    json_report.write(sample.result(target=Target("caf\udce9.py", (), "/tmp")), path)
    assert json.loads(path.read_text(encoding="utf-8"))["target"]["path"] == "caf\udce9.py"


def test_an_older_report_without_added_fields_of_a_record_is_read(tmp_path: Path) -> None:
    report = json_report.build(sample.result())
    for finding in report["findings"]:
        del finding["where"]["text"], finding["explains"]
    seen = json_report.to_view(report)
    assert seen.findings[0] == replace(
        sample.STALE,
        explains=(),
        where=replace(sample.STALE.where, text=""),  # type: ignore[type-var]
        measured=report["findings"][0]["measured"],
    )


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"schema_version": 1}', '{"schema_version": 7}', '{"a": NaN'])
def test_what_is_no_report_is_refused_by_name(tmp_path: Path, content: str) -> None:
    path = tmp_path / "report.json"
    path.write_text(content)
    with pytest.raises(UsageError, match=r"report\.json"):
        json_report.read(path)


def test_nothing_half_written_is_left(tmp_path: Path) -> None:
    json_report.write(sample.clean(), tmp_path / "report.json")
    assert [path.name for path in tmp_path.iterdir()] == ["report.json"]
