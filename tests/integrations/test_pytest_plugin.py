"""The plugin in projects of their own: pytest in a process of its own, on real torch."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from trialrun.evidence.numerics import Verdict
from trialrun.rehearsal import differing

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[2]
# By its module, and not by an entry point as well where the package is installed: it is one plugin.
BY_MODULE = ("-p", "no:trialrun", "-p", "trialrun.integrations.pytest_plugin")

TESTS = """
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from trialrun.testing import assert_gradients_flow


def net(*layers):
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(8, 16), *layers, nn.Linear(16, 4))


def loss(model, batch):
    return F.cross_entropy(model(batch[0]), batch[1])


@pytest.fixture
def batch():
    return torch.randn(8, 8, generator=torch.Generator().manual_seed(0)), torch.arange(8) % 4


def test_right(trialrun, batch):
    result = trialrun.assert_batch_independent(net(nn.ReLU()), batch[0])
    assert result.facts and {row["dtype"] for row in result.rows} == {"fp32", "bf16"}
    assert max(row["batch_size"] for row in result.rows) == 5


@pytest.mark.parametrize("norm", [nn.BatchNorm1d], ids=["batch norm/1"])
def test_coupled(trialrun, batch, norm):
    trialrun.assert_batch_independent(net(norm(16)), batch[0])


def test_coupled_on_purpose(trialrun, batch):
    trialrun.assert_batch_independent(net(nn.BatchNorm1d(16)), batch[0], expect=("COUPLED",), dtypes=("fp32",))


def test_one_sample(trialrun, batch):
    trialrun.assert_batch_independent(net(), batch[0][:1])


def test_one_sample_allowed(trialrun, batch):
    trialrun.assert_batch_independent(net(), batch[0][:1], allow="UNSUPPORTED")


def test_imported(batch):
    assert_gradients_flow(net(), batch, loss)


def test_cut_off(trialrun, batch):
    trialrun.assert_gradients_flow(net(), batch, loss)
    trialrun.assert_gradients_flow(nn.ModuleList([net(), net()]), batch, lambda both, batch: loss(both[1], batch))


def test_no_such_assertion(trialrun):
    with pytest.raises(AttributeError, match="it has assert_accumulation_equivalent, "):
        trialrun.assert_everything
"""


def run(project: Path, *arguments: str, path: tuple[Path, ...] = ()) -> subprocess.CompletedProcess[str]:
    places = [str(ROOT / "src"), *map(str, path)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(places), "OMP_NUM_THREADS": "1", "COLUMNS": "200"}
    for name in [name for name in environment if name.startswith(("PYTEST_", "COV_"))]:
        del environment[name]
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
    return subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, timeout=240)


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """What a session under xdist printed, and the folder it wrote to."""
    project = tmp_path_factory.mktemp("project")
    (project / "pyproject.toml").write_text('[tool.pytest.ini_options]\naddopts = "--strict-markers -W error"\n')
    (project / "tests").mkdir()
    (project / "tests" / "test_net.py").write_text(TESTS)
    arguments = ("--trialrun-out", "measured", "--trialrun-limit", "5", "--trialrun-dtypes", "fp32,bf16", "-n", "2")
    done = run(project, *BY_MODULE, *arguments)
    assert done.returncode == 1, done.stdout + done.stderr
    return done.stdout, project / "measured"


def test_tests_pass_and_fail_by_the_verdict(measured: tuple[str, Path]) -> None:
    printed, _ = measured
    assert "3 failed, 5 passed" in printed
    assert sorted(re.findall(r"^FAILED tests/test_net.py::(\w+)", printed, re.MULTILINE)) == [
        "test_coupled",
        "test_cut_off",
        "test_one_sample",
    ]


def test_a_failure_shows_the_users_line_the_numbers_and_what_to_do(measured: tuple[str, Path]) -> None:
    printed, _ = measured
    assert "> " in printed and "trialrun.assert_batch_independent(net(norm(16)), batch[0])" in printed
    assert re.search(r"E +AssertionError: assert_batch_independent: COUPLED \(samples influence each other\)", printed)
    assert re.search(r"E +Other samples' values change a sample's output by [\d.e-]+ of its size", printed)
    assert "BatchNorm" in printed and "hand over 2 samples or more" in printed
    assert re.search(r"E +0\.0\.weight: none", printed)
    assert "in settle" not in printed and "outcome.py" not in printed


def test_the_summary_counts_verdicts_of_all_workers(measured: tuple[str, Path]) -> None:
    printed, folder = measured
    section = printed[re.search(r"^=+ trialrun =+$", printed, re.MULTILINE).start() :]  # type: ignore[union-attr]
    counts = dict(re.findall(r"^(assert_\w+): (.*)$", section, re.MULTILINE))
    assert counts["assert_gradients_flow"] == "1 BLOCKED (failed), 2 FLOWS"
    assert counts["assert_batch_independent"] == (
        "1 COUPLED, 1 COUPLED (failed), 1 ROUNDING, 1 UNSUPPORTED (allowed), 1 UNSUPPORTED (failed)"
    )
    assert f"measurements: {folder}" in section


def test_each_assertion_leaves_a_file(measured: tuple[str, Path]) -> None:
    _, folder = measured
    told = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.json")}
    assert len(told) == 8
    right = told["tests.test_net.py--test_right.json"]
    assert (right["test"], right["passed"], right["verdict"]) == ("tests/test_net.py::test_right", True, "ROUNDING")
    written = folder / "tests.test_net.py--test_right.csv"
    rows = list(csv.DictReader(written.open(encoding="utf-8")))
    assert {row["dtype"] for row in rows} == {"fp32", "bf16"} and rows[0]["torch"]
    assert differing.compare(written, written, gate=True).verdict is Verdict.BITWISE
    assert told["tests.test_net.py--test_cut_off-2.json"]["facts"]["faults"][0] == "0.0.weight: none"
    odd = [name for name in told if "test_coupled[" in name]
    assert len(odd) == 1 and told[odd[0]]["test"].endswith("test_coupled[batch norm/1]")


def entry_point(folder: Path) -> Path:
    """A place on the import path where the package's declaration stands as an installation leaves it."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        declared = tomllib.load(file)["project"]["entry-points"]["pytest11"]
    info = folder / "trialrun_declared-1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: trialrun-declared\nVersion: 1\n")
    lines = "".join(f"{name} = {module}\n" for name, module in declared.items())
    (info / "entry_points.txt").write_text(f"[pytest11]\n{lines}")
    return folder


def test_a_project_that_does_not_use_it_is_left_alone(tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "test_other.py").write_text("import sys\ndef test_it():\n    assert 'torch' not in sys.modules\n")
    (project / "conftest.py").write_text(
        "import sys\ndef pytest_unconfigure(config):\n"
        "    found = [name for name in sys.modules if name.startswith('trialrun.')]\n"
        "    print('loaded', *sorted(found))\n"
    )
    declared = entry_point(tmp_path / "site")
    done = run(project, "-W", "error", "-v", path=(declared,))
    assert done.returncode == 0, done.stdout + done.stderr
    loaded = done.stdout.splitlines()[-1].split()[1:]
    assert "trialrun.integrations.pytest_plugin" in loaded
    assert "trialrun.evidence" not in loaded and "trialrun.numerics" not in loaded
    without = run(project, "-W", "error", "-v", "-p", "no:trialrun", path=(declared,))
    lines = [
        [re.sub(r"in [\d.]+s", "", line) for line in text.splitlines() if not line.startswith(("plugins:", "loaded"))]
        for text in (done.stdout, without.stdout)
    ]
    assert lines[0] == lines[1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--trialrun-dtypes", "fp8"), "--trialrun-dtypes 'fp8' (or trialrun_dtypes): has to be of fp32, fp64, bf16"),
        (("-o", "trialrun_limit=1"), "--trialrun-limit '1' (or trialrun_limit): has to be a number of samples, 2 or"),
        (("--trialrun-seed", "x"), "--trialrun-seed 'x' (or trialrun_seed): has to be a whole number"),
        (("--trialrun-out", "test_a.py"), "--trialrun-out test_a.py: File exists"),
    ],
)
def test_a_wrong_option_ends_the_session_at_once(tmp_path: Path, arguments: tuple[str, str], message: str) -> None:
    (tmp_path / "test_a.py").write_text("def test_a(): pass\n")
    done = run(tmp_path, *BY_MODULE, *arguments)
    assert done.returncode == 4 and message in done.stderr, done.stdout + done.stderr


def test_a_folder_of_the_configuration_lies_beside_it(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.pytest.ini_options]\ntrialrun_out = "kept"\n')
    inner = tmp_path / "tests"
    inner.mkdir()
    (inner / "test_a.py").write_text("def test_a(): pass\n")
    assert run(inner, *BY_MODULE).returncode == 0 and (tmp_path / "kept").is_dir()
    assert run(inner, *BY_MODULE, "--trialrun-out", "other").returncode == 0 and (inner / "other").is_dir()


def test_those_that_measure_can_be_left_out(tmp_path: Path) -> None:
    (tmp_path / "test_a.py").write_text("def test_a(trialrun): raise SystemError\ndef test_b(): pass\n")
    done = run(tmp_path, *BY_MODULE, "--strict-markers", "-m", "not trialrun")
    assert done.returncode == 0 and "1 passed, 1 deselected" in done.stdout, done.stdout + done.stderr
    assert "assertions of trialrun.testing" in run(tmp_path, *BY_MODULE, "--fixtures").stdout
