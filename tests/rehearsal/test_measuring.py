"""``trialrun numerics`` from the command line on: real processes, a factory's and a script's model."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from trialrun import cli

FACTORIES = """
import torch

def make():
    torch.manual_seed(0)
    return torch.nn.Linear(64, 64), torch.randn(32, 64)

def wrong_shape():
    return torch.nn.Linear(64, 64), torch.randn(32, 63)

def raises():
    raise ValueError("no data here")

def number():
    return 3

def third():
    return torch.nn.Linear(1, 1), torch.ones(2, 1), "loss"

def leaves():
    import os
    os._exit(3)

value = 3
"""
SCRIPT = """
import sys
import torch

model = torch.nn.Linear(8, 2)
optimiser = torch.optim.SGD(model.parameters(), lr=float(sys.argv[1]))
for step in range(100):
    x, y = torch.randn(16, 8), torch.randint(0, 2, (16,))
    optimiser.zero_grad()
    torch.nn.functional.cross_entropy(model(x), y).backward()
    optimiser.step()
open("trained.txt", "w").write("done")
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "nets.py").write_text(FACTORIES)
    (tmp_path / "train.py").write_text(SCRIPT)
    (tmp_path / "inside.py").write_text("from .nets import make\n")
    return tmp_path


def numerics(*words: str) -> int:
    return cli.main(["numerics", *words])


def test_a_factory(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = numerics("associativity", "--dtype", "fp32,bf16", "--json", "r.json", "--out", "run", "nets:make")
    assert status == 0
    told = json.loads((folder / "r.json").read_text())
    assert told["verdict"] == "ROUNDING" and told["target"] == "nets:make"
    assert told["environment"]["torch"] and told["seconds"] > 0
    assert json.loads((folder / "run" / "result.json").read_text()) == told
    said = capsys.readouterr().out
    assert "ROUNDING (differs by rounding alone)" in said and told["reason"][:20] in said


def test_a_script_that_stays_untouched(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert numerics("associativity", "--json", "-", "--", "train.py", "0.1") == 0
    captured = capsys.readouterr()
    told = json.loads(captured.out)
    assert told["target"] == "Linear of train.py (called at train.py:10)"
    assert {found["tensor"] for found in told["facts"]["sums"]} == {"input 0", "output 0", "weight", "bias"}
    assert "numerics associativity" in captured.err
    assert not (folder / "trained.txt").exists()


def test_a_script_that_crashes(capsys: pytest.CaptureFixture[str]) -> None:
    assert numerics("associativity", "train.py", "fast") == 3
    assert "train.py crashed with ValueError: could not convert string to float: 'fast'" in capsys.readouterr().err


def test_a_model_that_refuses_its_batch_is_unsupported(capsys: pytest.CaptureFixture[str]) -> None:
    assert numerics("associativity", "nets:wrong_shape") == 5
    said = " ".join(capsys.readouterr().out.split())
    assert "UNSUPPORTED" in said and "the model raised RuntimeError: mat1 and mat2 shapes" in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nets:raises",), "nets:raises() raised ValueError: no data here"),
        (("nets:number",), "nets:number returned an object of type int"),
        (("nets:third",), "third item"),
        (("nets:leaves",), "left the process by itself"),
        (("nets:value",), "is of type int, not a function"),
        (("nets:nothing",), "nets has no 'nothing'. It has: make,"),
        (("netz:make",), "there is no module 'netz'"),
        (("nets:make", "--lr", "1"), "takes no arguments: '--lr 1'. Options go in front of it."),
        (("no.py",), "No such script: 'no.py'"),
        (("nets.py:make",), "Did you mean 'nets:make'?"),
        (("models/net.py:make",), "Did you mean 'models.net:make'?"),
        (("inside:make",), ".inside:make."),
        (("--dtype", "fp8", "nets:make"), "'fp8' is none of fp32"),
        (("--json", "no/where.json", "nets:make"), "there is no folder no"),
        ((), "On what?"),
    ],
)
def test_bad_input_ends_with_2_in_clear_words(
    words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert numerics("associativity", *words) == 2
    assert said in capsys.readouterr().err


def test_an_unknown_experiment_gets_the_nearest_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert numerics("asociativity", "nets:make") == 2
    assert "Did you mean 'associativity'?" in capsys.readouterr().err


def test_what_is_left_reproduces_it(folder: Path) -> None:
    numerics("associativity", "--out", "run", "nets:make")
    environment = json.loads((folder / "run" / "env.json").read_text())
    assert environment["packages"]["torch"].startswith(environment["settings"]["torch"].split("+")[0])
    assert "| `torch` |" in (folder / "run" / "environment.md").read_text()
    (folder / "run" / "result.json").unlink()
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(["run/reproduce.sh"], env={**os.environ, "PATH": path}, check=True, capture_output=True)
    assert (folder / "run" / "result.json").exists()


def test_a_script_that_only_shows_its_usage(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "usage.py").write_text("import argparse, torch\nargparse.ArgumentParser().parse_args()\n")
    assert numerics("associativity", "usage.py", "--cuda") == 5
    assert "it left with status 2, its own words are in stderr.log" in " ".join(capsys.readouterr().out.split())


def test_batch_leaves_plots_and_says_so(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["numerics", "batch", "--limit", "3", "--out", "run", "nets:make"]) == 0
    page = (folder / "run" / "numerics.html").read_text(encoding="utf-8")
    assert "Batch sizes that agree" in page
    assert "ULP by layer and batch size" in page
    assert "nets:make" in page
    assert "Plots: numerics.html" in capsys.readouterr().out
