"""What the command line makes of its arguments: settings for the rehearsal, or a clear refusal."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from trialrun import cli
from trialrun.evidence import Evidence
from trialrun.findings.result import StageResult, Target
from trialrun.rehearsal.settings import Progress, Settings
from trialrun.report.result import RehearsalResult


@dataclass
class Rehearsals:
    """Stands in for the rehearsal itself and remembers what it was asked for."""

    run_dir: Path
    asked: list[Settings] = field(default_factory=list)
    ends: int | BaseException = 0

    def __call__(self, settings: Settings, progress: Progress) -> RehearsalResult:
        self.asked.append(settings)
        if isinstance(self.ends, BaseException):
            raise self.ends
        stage = StageResult("smoke", "passed", None, 1.0, 4)
        target = Target(settings.script or f"-m {settings.module}", settings.argv, str(Path.cwd()))
        return RehearsalResult(target, (stage,), (), (), Evidence(), "pass", self.ends, self.run_dir, 1.0, 120.0)


@pytest.fixture
def rehearsals(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Rehearsals:
    monkeypatch.chdir(tmp_path)
    stand_in = Rehearsals(tmp_path)
    monkeypatch.setattr("trialrun.rehearsal.plan.rehearse", stand_in)
    return stand_in


def settings(rehearsals: Rehearsals, *argv: str) -> Settings:
    assert cli.main(argv) == 0
    return rehearsals.asked[-1]


def refused(capsys: pytest.CaptureFixture[str], *argv: str) -> str:
    """What is said on stderr of arguments that cannot be."""
    assert cli.main(argv) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    return " ".join(captured.err.split())


def test_everything_behind_the_script_is_the_scripts(rehearsals: Rehearsals) -> None:
    asked = settings(rehearsals, "run", "--budget", "5", "train.py", "--help", "--budget", "9", "-m", "x", "--", "-")
    assert (asked.script, asked.module, asked.budget_s) == ("train.py", None, 5.0)
    assert asked.argv == ("--help", "--budget", "9", "-m", "x", "--", "-")


@pytest.mark.parametrize("m", [("-m", "pkg.train"), ("-mpkg.train",)])
def test_everything_behind_the_module_is_the_modules(rehearsals: Rehearsals, m: tuple[str, ...]) -> None:
    asked = settings(rehearsals, "run", "--out", "-m", *m, "--help", "--", "-m", "y", "--budget")
    assert (asked.script, asked.module, asked.out) == (None, "pkg.train", Path("-m"))
    assert asked.argv == ("--help", "--", "-m", "y", "--budget")


def test_a_module_without_arguments(rehearsals: Rehearsals) -> None:
    assert settings(rehearsals, "run", "-m", "pkg").argv == ()


def test_a_script_may_stand_in_place_of_the_command(rehearsals: Rehearsals) -> None:
    asked = settings(rehearsals, "train.py", "--lr", "0.1", "--help")
    assert (asked.script, asked.argv) == ("train.py", ("--lr", "0.1", "--help"))
    Path("train").write_text("")
    assert settings(rehearsals, "train").script == "train"
    Path("run.py").write_text("")
    assert settings(rehearsals, "run", "run.py").script == "run.py"


def test_what_nobody_asked_for_is_as_documented(rehearsals: Rehearsals) -> None:
    assert settings(rehearsals, "t.py") == Settings(script="t.py", module=None, argv=(), command=("trialrun", "t.py"))


def test_every_option_arrives(rehearsals: Rehearsals) -> None:
    options = (
        "--stages smoke --budget 7.5 --subset 0.25 --out o --select GRD,los302 --select DAT101 --ignore stale-gradient"
    )
    options += " --fail-on warning --allow-write a --allow-write b --allow-network --allow-exec git --baseline r.json"
    options += " --containment landlock --start cold --pdb --verbose --fix"
    assert settings(rehearsals, "run", *options.split(), "t.py") == Settings(
        script="t.py",
        module=None,
        argv=(),
        stages=("smoke",),
        budget_s=7.5,
        subset=0.25,
        out=Path("o"),
        select=("GRD", "los302", "DAT101"),
        ignore=("stale-gradient",),
        fail_on="warning",
        allow_write=(Path("a"), Path("b")),
        allow_network=True,
        allow_exec=("git",),
        baseline=Path("r.json"),
        containment="landlock",
        start="cold",
        pdb=True,
        verbose=True,
        fix=True,
        command=("trialrun", "run", *options.split(), "t.py"),
    )


@pytest.mark.parametrize(
    ("value", "stages"),
    [
        ("smoke", ("smoke",)),
        ("overfit", ("smoke", "overfit")),  # it runs on what smoke has set up
        ("overfit, smoke,overfit", ("smoke", "overfit")),
    ],
)
def test_stages_come_in_the_order_they_run(rehearsals: Rehearsals, value: str, stages: tuple[str, ...]) -> None:
    assert settings(rehearsals, "run", "--stages", value, "t.py").stages == stages


@pytest.mark.parametrize("value", ["0", "-3", "soon", "nan", "inf", ""])
def test_a_budget_that_is_none_is_repeated(
    rehearsals: Rehearsals, capsys: pytest.CaptureFixture[str], value: str
) -> None:
    told = refused(capsys, "run", "--budget", value, "t.py")
    assert f"Invalid value for '--budget': {value!r} is not a number of seconds greater than 0." in told
    assert not rehearsals.asked


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        (("run",), "Which script? `trialrun run [OPTIONS] SCRIPT [ARGS]...`"),
        (("run", "-m"), "Option '-m' requires an argument."),
        (("run", "--stages", "smoke,proof", "t.py"), "'proof' is no stage. The stages: smoke, overfit, probe, subset."),
        (("run", "--stages", ",", "t.py"), "',' is no stage."),
        (("run", "--select", "GRD9", "t.py"), "--select GRD9: no check has this code, slug or prefix."),
        (("run", "--ignore", "double-sofmax", "t.py"), "Did you mean LOS302 (double-softmax)?"),
        (("run", "--fail-on", "note", "t.py"), "'note' is not one of 'error', 'warning'."),
        (("run", "--format", "html", "t.py"), "'html' is not one of 'terminal', 'json'."),
        (("run", "--json", "no/such/r.json", "t.py"), "--json no/such/r.json: there is no folder no/such."),
        (("run", "--bugdet", "3", "t.py"), "No such option"),
        (("rnu", "t.py"), "'rnu' is neither a command nor a script. Did you mean 'run'?"),
        (
            ("watch", "t.py"),
            "'watch' is neither a command nor a script. The commands are run, numerics, explain, env, report.",
        ),
        (("explain",), "Give a check's code or slug, or --list."),
        (("explain", "GRD401", "--list"), "Give a check's code or slug, or --list."),
        (("explain", "GRX401"), "GRX401: no check has this code, slug or prefix. Did you mean GRD401"),
        (("report",), "Missing argument 'RUN_DIR'."),
        (("report", "no-such-run"), "no-such-run: there is no such run folder."),
    ],
)
def test_bad_usage_is_told_and_ends_with_2(
    rehearsals: Rehearsals, capsys: pytest.CaptureFixture[str], argv: tuple[str, ...], told: str
) -> None:
    assert told in refused(capsys, *argv)
    assert not rehearsals.asked


@pytest.mark.parametrize("status", [0, 1, 3, 5, 130])
def test_the_exit_status_is_that_of_the_rehearsal(rehearsals: Rehearsals, status: int) -> None:
    rehearsals.ends = status
    assert cli.main(["t.py"]) == status


def test_a_fault_of_our_own_is_one_paragraph(rehearsals: Rehearsals, capsys: pytest.CaptureFixture[str]) -> None:
    fault = RuntimeError("no such thing")
    fault.run_dir = rehearsals.run_dir  # type: ignore[attr-defined]
    rehearsals.ends = fault
    assert cli.main(["t.py"]) == 4
    told = capsys.readouterr().err
    assert "a fault of trialrun's own, not of your program: RuntimeError: no such thing" in told
    assert "Traceback" not in told
    assert "Traceback" in (rehearsals.run_dir / "internal_error.txt").read_text()
    assert cli.main(["run", "--verbose", "t.py"]) == 4
    assert "Traceback" in capsys.readouterr().err


def test_ctrl_c_outside_of_the_rehearsal(rehearsals: Rehearsals, capsys: pytest.CaptureFixture[str]) -> None:
    rehearsals.ends = KeyboardInterrupt()
    assert cli.main(["t.py"]) == 130
    assert "trialrun: interrupted." in capsys.readouterr().err


def test_quiet_and_json(rehearsals: Rehearsals, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["run", "--quiet", "t.py"]) == 0
    captured = capsys.readouterr()
    assert captured.out == "Pass: no finding in t.py (0 updates).\n"
    assert captured.err == ""
    assert cli.main(["run", "--json", "-", "t.py"]) == 0
    assert json.loads(capsys.readouterr().out)["target"]["path"] == "t.py"


def configure(text: str) -> None:
    Path("pyproject.toml").write_text(f"[tool.trialrun]\n{text}\n")


def test_options_may_stand_in_pyproject(rehearsals: Rehearsals, monkeypatch: pytest.MonkeyPatch) -> None:
    configure('select = ["GRD", "LOS302"]\nignore = "GRD403"\nbudget = 30\nfail-on = "warning"\nallow-write = ["out"]')
    asked = settings(rehearsals, "t.py")
    assert (asked.select, asked.ignore, asked.budget_s, asked.fail_on) == (
        ("GRD", "LOS302"),
        ("GRD403",),
        30.0,
        "warning",
    )
    assert asked.allow_write == (rehearsals.run_dir / "out",)
    Path("deep/er").mkdir(parents=True)
    monkeypatch.chdir("deep/er")
    assert settings(rehearsals, "t.py").allow_write == (rehearsals.run_dir / "out",)


def test_the_command_line_wins_over_pyproject(rehearsals: Rehearsals) -> None:
    configure('select = ["GRD"]\nbudget = 30')
    asked = settings(rehearsals, "run", "--select", "LOS", "--budget", "9", "t.py")
    assert (asked.select, asked.budget_s) == (("LOS",), 9.0)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("bugdet = 3", "[tool.trialrun] has no key 'bugdet'. Did you mean budget?"),
        ('fail_on = "error"', "[tool.trialrun] has no key 'fail_on'. Did you mean fail-on?"),
        ("zzz = 3", "[tool.trialrun] has no key 'zzz'. It may hold allow-exec, allow-network,"),
        ('budget = "soon"', "'--budget': 'soon' is not a number of seconds greater than 0."),
        ("budget = true", "[tool.trialrun] budget = True must be a text or a number."),
        ('select = ["GRD999"]', "--select GRD999: no check has this code"),
        ("module = 'x'", "has no key 'module'"),
        ("fix = true", "has no key 'fix'"),
        ('ignore = ["GRD499"]', "--ignore GRD499: no check has this code, slug or prefix. Did you mean GRD4"),
    ],
)
def test_a_wrong_table_is_refused(
    rehearsals: Rehearsals, capsys: pytest.CaptureFixture[str], text: str, told: str
) -> None:
    configure(text)
    assert told in refused(capsys, "t.py")
    assert not rehearsals.asked


def test_a_wrong_value_names_the_file_it_stands_in(rehearsals: Rehearsals, capsys: pytest.CaptureFixture[str]) -> None:
    configure("budget = -3")
    assert f"It is set in {rehearsals.run_dir / 'pyproject.toml'}." in refused(capsys, "t.py")


def test_help_does_not_need_the_table(rehearsals: Rehearsals, capsys: pytest.CaptureFixture[str]) -> None:
    configure("bugdet = 3")
    assert cli.main(["run", "--help"]) == 0
    assert "--budget" in capsys.readouterr().out


def test_explain(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["explain", "stale-gradient"]) == 0
    assert capsys.readouterr().out.startswith("GRD401 stale-gradient")
    assert cli.main(["explain", "--list"]) == 0
    listed: Any = capsys.readouterr().out
    assert "OPT501" in listed
