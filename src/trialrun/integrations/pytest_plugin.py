"""The pytest plugin: options, the fixture ``trialrun``, and what came of the assertions, in the summary and in files.

It is loaded in every project that has trialrun installed, so it imports neither torch nor more of ours than a list
until a test makes an assertion, and says nothing where none does.
"""

from __future__ import annotations

import functools
import hashlib
import inspect
import json
import re
from collections import Counter
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest

from trialrun.testing.listeners import listeners

FORMATS = ("fp32", "fp64", "bf16", "fp16")
PREFIX = "trialrun."  # of what a test's report carries, in JUnit XML too
LONGEST_NAME = 120  # characters of a file's name
OUT: pytest.StashKey[Path | None] = pytest.StashKey()


def _formats(text: str) -> tuple[str, ...]:
    names = tuple(name.strip().lower() for name in text.split(",") if name.strip())
    if not names or any(name not in FORMATS for name in names):
        raise ValueError(f"of {', '.join(FORMATS)}, with commas between")
    return names


def _size(text: str) -> int:
    if not text.isdecimal() or int(text) < 2:
        raise ValueError("a number of samples, 2 or more")
    return int(text)


def _whole(text: str) -> int:
    if not text.isdecimal():
        raise ValueError("a whole number, 0 or more")
    return int(text)


# An argument of the assertions -> what reads it, and its help.
_OPTIONS: dict[str, tuple[Callable[[str], Any], str]] = {
    "seed": (_whole, "seed of the global generators while an assertion measures (default: 0)"),
    "device": (str, "cpu, cuda, cuda:1, mps, ... (default: where the model is)"),
    "dtypes": (_formats, f"of {', '.join(FORMATS)}, with commas between (default: fp32)"),
    "limit": (_size, "largest batch size of assert_batch_independent, in samples (default: 64)"),
}
_OUT_HELP = "write what each assertion measured here, as JSON and CSV, a file a test (default: nowhere)"


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--trialrun-NAME`` and ``trialrun_NAME`` of the configuration; the command line goes first."""
    group = parser.getgroup("trialrun", "trialrun: assertions on a model's training and numbers")
    for name, (_, words) in _OPTIONS.items():
        group.addoption(f"--trialrun-{name}", default=None, metavar=name.upper(), help=words)
        parser.addini(f"trialrun_{name}", words, default="")
    group.addoption("--trialrun-out", default=None, metavar="DIR", help=_OUT_HELP)
    parser.addini("trialrun_out", _OUT_HELP, default="")


def pytest_configure(config: pytest.Config) -> None:
    """Read the options, so that a wrong one ends the session before its first test."""
    config.addinivalue_line(
        "markers",
        "trialrun: measures with trialrun; put by itself on tests that use the fixture, so that `-m 'not trialrun'`"
        " leaves them out",
    )
    _chosen(config)
    folder = _given(config, "out")
    beside = config.rootpath if config.getoption("trialrun_out") is None else config.invocation_params.dir
    config.stash[OUT] = out = (beside / folder).absolute() if folder else None
    if out is not None:
        config.option.trialrun_out = str(out)  # as xdist hands it on to its workers
        try:
            out.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise pytest.UsageError(f"--trialrun-out {folder}: {error.strerror or error}.") from error
    config.pluginmanager.register(_Summary(out), "trialrun-summary")


def _given(config: pytest.Config, name: str) -> str:
    option = config.getoption(f"trialrun_{name}")
    return str(option if option is not None else config.getini(f"trialrun_{name}")).strip()


def _chosen(config: pytest.Config) -> dict[str, Any]:
    """The arguments that were given, by name."""
    chosen = {}
    for name, (read, _) in _OPTIONS.items():
        text = _given(config, name)
        try:
            chosen.update({name: read(text)} if text else {})
        except ValueError as error:
            raise pytest.UsageError(f"--trialrun-{name} {text!r} (or trialrun_{name}): has to be {error}.") from error
    return chosen


class Assertions:
    """The functions of ``trialrun.testing``, with the session's options where a call gives none of its own."""

    def __init__(self, chosen: dict[str, Any]) -> None:
        self._chosen = chosen

    def __getattr__(self, name: str) -> Any:
        from trialrun import testing

        if name not in testing.__all__:
            raise AttributeError(f"the fixture trialrun has no {name!r}; it has {', '.join(testing.__all__)}")
        function = getattr(testing, name)
        heeded = inspect.signature(function).parameters
        return functools.partial(function, **{key: value for key, value in self._chosen.items() if key in heeded})


@pytest.fixture(name="trialrun")
def trialrun_assertions(request: pytest.FixtureRequest) -> Assertions:
    """The assertions of trialrun.testing, as methods, bound to the --trialrun options."""
    return Assertions(_chosen(request.config))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what uses the fixture."""
    for item in items:
        if "trialrun" in getattr(item, "fixturenames", ()):
            item.add_marker("trialrun")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, None, None]:
    """While a test runs, its assertions are noted, by whatever way it came by them."""
    listener = functools.partial(_note, item)
    listeners.append(listener)
    try:
        yield
    finally:
        listeners.remove(listener)


def _note(item: pytest.Item, assertion: str, verdict: str, passed: bool, result: Any) -> None:
    state = "" if result.ok else " (allowed)" if passed else " (failed)"
    number = 1 + sum(name.startswith(PREFIX) for name, _ in item.user_properties)
    item.user_properties.append((f"{PREFIX}{assertion}", verdict + state))
    folder = item.config.stash[OUT]
    if folder is not None:
        _write(folder / _file_name(item.nodeid, number), item.nodeid, assertion, passed, result)


def _write(stem: Path, test: str, assertion: str, passed: bool, result: Any) -> None:
    from trialrun.evidence.environment_columns import COLUMNS, columns
    from trialrun.report import json_report
    from trialrun.report.numerics import table

    told = {"test": test, "assertion": assertion, "passed": passed, **json_report.plain(result)}
    rows = told.pop("rows")
    text = json.dumps(told, indent=2, ensure_ascii=False, allow_nan=False)
    stem.with_name(stem.name + ".json").write_text(text + "\n", encoding="utf-8")
    settings = told.get("environment", {})
    known = columns(settings, 0) if settings else {}
    environment = {name: known[name] for name in COLUMNS if name in known}  # a call may have had a seed of its own
    if rows:
        table.write([{**row, **environment} for row in rows], stem.with_name(stem.name + ".csv"))


def _file_name(test: str, number: int) -> str:
    """``tests.test_net.py--test_it[cpu]`` for the first assertion of that test, ``...-2`` for its second."""
    plain = test.replace("/", ".").replace("::", "--")
    name = re.sub(r"[^\w.\-\[\]=,]", "_", plain)[:LONGEST_NAME]
    if name != plain:  # two tests may have come to one name
        name += "-" + hashlib.sha256(test.encode()).hexdigest()[:8]
    return name if number == 1 else f"{name}-{number}"


class _Summary:
    """Counts the verdicts of a session; under xdist the reports of its workers carry them."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._verdicts: dict[str, Counter[str]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A test's last report has what all its phases noted."""
        if report.when != "teardown":
            return
        for name, value in report.user_properties:
            if name.startswith(PREFIX):
                self._verdicts.setdefault(name.removeprefix(PREFIX), Counter())[str(value)] += 1

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """One line an assertion, where any was made."""
        if not self._verdicts:
            return
        terminalreporter.section("trialrun")
        for assertion, verdicts in sorted(self._verdicts.items()):
            counts = ", ".join(f"{count} {verdict}" for verdict, count in sorted(verdicts.items()))
            terminalreporter.write_line(f"{assertion}: {counts}")
        if self._folder is not None:
            terminalreporter.write_line(f"measurements: {self._folder}")
