"""Real processes: how children start, how they end, and that none is left."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from trialrun.errors import InternalError, UsageError
from trialrun.target import reap, supervise
from trialrun.target.job import Exit, Job
from trialrun.target.lifetime import ENTRY_FAILED
from trialrun.target.supervise import Supervisor

HERE = Path(__file__).parent
MARK = "PROCESS_TEST_MARK"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")


@pytest.fixture
def mark(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An environment variable in everything that the test starts; nothing with it may be alive at the end."""
    value = secrets.token_hex(8)
    monkeypatch.setenv(MARK, value)
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)
    # not an empty part: it would stand for the working directory
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(HERE), *filter(None, [os.environ.get("PYTHONPATH")])]))
    yield value
    left = _living(value)
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    assert left == []


def _living(mark: str) -> list[int]:
    return [process.pid for process in reap.marked(f"{MARK}={mark}") if process.pid != os.getpid()]


def _until(true: Callable[[], Any], limit_s: float = 10.0) -> None:
    deadline = time.monotonic() + limit_s
    while not true():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


@pytest.fixture
def bare(mark: str) -> Iterator[Supervisor]:
    """Nothing preloaded: quick, for all that torch has no part in."""
    with Supervisor(preload=()) as supervisor:
        yield supervisor


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def _job(entry: str, out: Path, cold: bool = False, **payload: Any) -> Job:
    return Job(f"process_entries:{entry}", payload, out, out, cold=cold)


def _run(supervisor: Supervisor, job: Job, limit_s: float = 20.0) -> Exit:
    return supervisor.start(job).wait(limit_s, lambda: None)


def _shown(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.read_text().splitlines()]


def _noted(out: Path, name: str) -> int:
    """The number that the child has printed after ``name``."""
    return int(out.read_text().split(f"{name} ")[1].split()[0])


def _exists(pid: int) -> bool:
    process = reap.processes().get(pid)
    return process is not None and not process.dead


# ---- starting


def test_warm_children_share_one_import_of_torch(mark: str, out: Path) -> None:
    with Supervisor() as supervisor:
        start = time.monotonic()
        child = supervisor.start(_job("show", out, number=1))
        assert not child.cold  # the thread pools that torch and NumPy have by now survive a fork
        assert child.wait(20.0, lambda: None) == Exit(3, None)
        first_end = time.monotonic()
        assert _run(supervisor, _job("show", out, number=2)) == Exit(3, None)
        second_s = time.monotonic() - first_end
        assert _run(supervisor, _job("train", out, context="fork"), 60.0) == Exit(0, None), out.read_text()
        assert _run(supervisor, _job("train", out, context="spawn"), 60.0) == Exit(0, None), out.read_text()
    first, second = (json.loads(line) for line in out.read_text().splitlines()[:2])
    assert first["payload"] == {"number": 1} and second["payload"] == {"number": 2}
    assert first["torch"] and second["torch"] and first["pid"] != second["pid"]
    assert first["threads"] == 1
    assert second_s < (first_end - start) / 3  # which had to wait for torch
    assert out.read_text().splitlines()[2:] == ["trained fork", "trained spawn"]


@pytest.mark.parametrize("cold", [False, True])
def test_a_child_starts_as_if_from_a_shell(bare: Supervisor, out: Path, cold: bool) -> None:
    child = bare.start(_job("show", out, cold=cold))
    assert child.cold is cold
    assert child.wait(20.0, lambda: None) == Exit(3, None)
    (seen,) = _shown(out)
    assert seen["pid"] == child.pid
    assert not seen["torch"]
    assert seen["leader"] and seen["sigint"] and seen["sigterm"]
    assert seen["oom"] == "1000"
    assert not seen["cwd_on_path"]
    kept = [name for name in seen["files"] if name not in ("/dev/null", str(out))]
    assert len(kept) == 1 and "memfd:trialrun" in kept[0]  # the file for its stacks


def test_a_module_of_the_users_folder_does_not_stand_in_for_pythons(
    mark: str, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("socket", "json", "select", "trialrun"):
        (tmp_path / f"{name}.py").write_text("raise RuntimeError('imported instead of the right one')")
    monkeypatch.chdir(tmp_path)
    with Supervisor(preload=()) as supervisor:
        assert _run(supervisor, _job("show", out)) == Exit(3, None)
        assert _run(supervisor, _job("show", out, cold=True)) == Exit(3, None)


def test_a_large_payload_arrives_whole(bare: Supervisor, out: Path) -> None:
    assert _run(bare, _job("show", out, text="x" * 1_000_000)) == Exit(3, None)
    assert len(_shown(out)[0]["payload"]["text"]) == 1_000_000


def test_standard_input_is_empty(bare: Supervisor, out: Path) -> None:
    assert _run(bare, _job("read_stdin", out)) == Exit(0, None)
    assert out.read_text() == "name? end of file\n"


def test_twenty_children_leave_no_descriptor_behind(bare: Supervisor, out: Path) -> None:
    _run(bare, _job("show", out))
    before = set(os.listdir("/proc/self/fd"))
    for _ in range(20):
        assert _run(bare, _job("show", out)) == Exit(3, None)
    assert set(os.listdir("/proc/self/fd")) == before
    assert len({tuple(seen["files"]) for seen in _shown(out)}) == 1


def test_one_child_at_a_time(bare: Supervisor, out: Path) -> None:
    child = bare.start(_job("hang", out))
    with pytest.raises(InternalError, match="still running"):
        bare.start(_job("show", out))
    child.stop()
    assert _run(bare, _job("show", out)) == Exit(3, None)


def test_what_cannot_be_imported_is_named_with_the_python_that_could_not(mark: str, out: Path) -> None:
    with Supervisor(preload=("no_such_torch",)) as supervisor, pytest.raises(UsageError) as caught:
        supervisor.start(_job("show", out))
    assert "No module named 'no_such_torch'" in str(caught.value) and sys.executable in str(caught.value)


def test_an_import_that_kills_the_process_is_reported(
    mark: str, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken_torch.py").write_text("import os; os.write(2, b'undefined symbol'); os.abort()")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    with Supervisor(preload=("broken_torch",)) as supervisor, pytest.raises(UsageError) as caught:
        supervisor.start(_job("show", out))
    assert "SIGABRT while importing broken_torch" in str(caught.value) and "undefined symbol" in str(caught.value)


def test_what_an_import_warns_of_is_the_childs_output_too(
    mark: str, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "warning_torch.py").write_text("import sys; print('no such driver', file=sys.stderr)")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    with Supervisor(preload=("warning_torch",)) as supervisor:
        _run(supervisor, _job("read_stdin", out))
    assert out.read_text() == "no such driver\nname? end of file\n"


def test_a_preloaded_module_does_not_settle_where_temporary_files_go(
    mark: str, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "asking_torch.py").write_text("import tempfile; tempfile.gettempdir()")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    with Supervisor(preload=("asking_torch",)) as supervisor:
        assert _run(supervisor, _job("move_temporary_files", out, folder=str(tmp_path))) == Exit(0, None)
    assert out.read_text() == f"{tmp_path}\n"


@pytest.mark.parametrize(("cold", "finalised"), [(False, "its own\n"), (True, "its own\nthe module's\n")])
def test_what_a_preloaded_module_finalises_at_exit_is_not_the_childs(
    mark: str, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cold: bool, finalised: str
) -> None:
    code = 'import weakref; kept = set(); weakref.finalize(kept, print, "the module\'s")'
    (tmp_path / "finalising_torch.py").write_text(code)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    with Supervisor(preload=("finalising_torch",)) as supervisor:
        imports = "finalising_torch" if cold else ""
        job = _job("finalise_its_own", out, cold=cold, imports=imports)
        assert _run(supervisor, job) == Exit(0, None)
    assert out.read_text() == finalised


def test_a_preloaded_thread_means_no_fork(
    mark: str, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = "import threading, time; threading.Thread(target=time.sleep, args=(60,), daemon=True).start()"
    (tmp_path / "threaded_torch.py").write_text(code)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    with Supervisor(preload=("threaded_torch",)) as supervisor:
        child = supervisor.start(_job("show", out))
        assert child.cold
        assert child.wait(20.0, lambda: None) == Exit(3, None)


def test_output_that_cannot_be_written_is_a_usage_error(bare: Supervisor, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no/such"):
        bare.start(_job("show", tmp_path / "no/such/folder"))


# ---- ending


@pytest.mark.parametrize("cold", [False, True])
@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("segfault", Exit(None, signal.SIGSEGV)),
        ("leave_at_once", Exit(7, None)),
        ("abort", Exit(None, signal.SIGABRT)),
        ("kill_itself", Exit(None, signal.SIGKILL)),
        ("fail", Exit(ENTRY_FAILED, None)),
        ("fork_and_return", Exit(5, None)),
    ],
)
def test_a_crash_stays_in_the_child(bare: Supervisor, out: Path, entry: str, expected: Exit, cold: bool) -> None:
    assert _run(bare, _job(entry, out, cold=cold)) == expected
    text = out.read_text()
    if entry in ("segfault", "abort", "fail"):
        assert f"in {entry}" in text  # the stack at the crash is in its error output
    if entry in ("abort", "kill_itself"):
        assert text.startswith("before\n")  # printed before, not lost in a buffer
    assert _run(bare, _job("show", out)) == Exit(3, None)


@pytest.mark.parametrize("cold", [False, True])
def test_it_ends_as_an_interpreter_does(bare: Supervisor, out: Path, tmp_path: Path, cold: bool) -> None:
    file = tmp_path / "unclosed"
    assert _run(bare, _job("end_late", out, cold=cold, file=str(file))) == Exit(0, None)
    assert out.read_text() == "last linethread ends\nat exit\n"
    assert file.read_text() == "never closed"


def test_a_hang_is_timed_out_located_and_stopped(bare: Supervisor, out: Path) -> None:
    child = bare.start(_job("hang", out))
    ticks: list[float] = []
    exit_ = child.wait(0.5, lambda: ticks.append(time.monotonic()), every_s=0.1)
    assert exit_ == Exit(None, None, timed_out=True)
    assert 2 <= len(ticks) <= 8  # fewer than five where the machine is busy
    assert child.exit is None and out.read_text() == "hanging\n"
    assert " in hang" in child.stack()
    assert " in hang" in child.stack()  # asking changes nothing
    assert child.stop() == Exit(None, signal.SIGKILL) == child.exit
    assert child.stop() == child.wait(1.0, lambda: None) == child.exit
    assert child.stack() == ""


def test_a_thread_that_never_ends_is_a_hang_after_the_last_line(bare: Supervisor, out: Path) -> None:
    child = bare.start(_job("hang_after", out))
    assert child.wait(0.5, lambda: None).timed_out
    assert out.read_text() == "last line\n" and "_shutdown" in child.stack()
    child.stop()


@pytest.mark.parametrize("entry", ["leave_daemons", "in_user_namespace"])
@pytest.mark.parametrize("then", ["hang", "end"])
def test_no_descendant_is_left(bare: Supervisor, out: Path, mark: str, entry: str, then: str) -> None:
    child = bare.start(_job(entry, out, then=then))
    if then == "hang":
        _until(lambda: "hanging" in out.read_text() or child.wait(0.01, lambda: None) != Exit(None, None, True))
        assert child.stop() in (Exit(None, signal.SIGKILL), Exit(77, None))
    else:
        assert child.wait(20.0, lambda: None) in (Exit(0, None), Exit(77, None))
    if child.exit == Exit(77, None):
        pytest.skip("user namespaces are not allowed here")
    assert len(_living(mark)) == 1  # the warm process
    assert not _exists(_noted(out, "unmarked"))
    assert _run(bare, _job("show", out)) == Exit(3, None)


@pytest.mark.parametrize("own_session", [False, True])
@pytest.mark.parametrize("then", ["hang", "end"])
def test_one_that_keeps_forking_is_caught(bare: Supervisor, out: Path, then: str, own_session: bool) -> None:
    child = bare.start(_job("keep_forking", out, then=then, own_session=own_session))
    if then == "hang":
        _until(lambda: "hanging" in out.read_text())
        child.stop()
    assert child.wait(20.0, lambda: None) == (Exit(0, None) if then == "end" else Exit(None, signal.SIGKILL))
    with pytest.raises(ProcessLookupError):
        os.killpg(_noted(out, "group"), signal.SIGKILL)


def test_who_ignores_signals_is_killed(bare: Supervisor, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervise, "_INTERRUPT_S", 0.2)
    monkeypatch.setattr(supervise, "_TERMINATE_S", 0.2)
    child = bare.start(_job("ignore_signals", out))
    _until(lambda: "hanging" in out.read_text())
    assert child.interrupt() == Exit(None, signal.SIGKILL)


def test_an_interrupt_is_a_keyboard_interrupt_in_the_child(bare: Supervisor, out: Path) -> None:
    child = bare.start(_job("catch_interrupt", out))
    _until(lambda: "ready" in out.read_text())
    assert child.interrupt() == Exit(9, None)
    assert out.read_text() == "ready\ninterrupted\n"


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_an_exception_of_the_caller_leaves_nothing(mark: str, out: Path, error: type[BaseException]) -> None:
    def tick() -> None:
        raise error

    with pytest.raises(error), Supervisor(preload=()) as supervisor:
        child = supervisor.start(_job("leave_daemons", out, then="hang"))
        _until(lambda: "hanging" in out.read_text())
        child.wait(10.0, tick)
    assert _living(mark) == [] and not _exists(_noted(out, "unmarked"))


def test_a_killed_warm_process_takes_all_with_it_and_is_started_again(bare: Supervisor, out: Path, mark: str) -> None:
    child = bare.start(_job("leave_daemons", out, then="hang"))
    _until(lambda: "hanging" in out.read_text())
    os.kill(reap.processes()[child.pid].parent, signal.SIGKILL)
    with pytest.raises(InternalError, match="SIGKILL"):
        child.wait(10.0, lambda: None)
    assert _living(mark) == []
    os.kill(_noted(out, "unmarked"), signal.SIGKILL)  # out of everyone's sight: no parent, no mark
    assert child.exit == Exit(None, None)
    assert _run(bare, _job("show", out)) == Exit(3, None)


# ---- the parent's own end


def _parent(entry: str, folder: Path, *rest: str) -> list[str]:
    return [sys.executable, str(HERE / "process_parent.py"), entry, json.dumps({"then": "hang"}), str(folder), *rest]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_the_death_of_the_parent_leaves_nothing(mark: str, tmp_path: Path, out: Path, number: int) -> None:
    with subprocess.Popen(_parent("leave_daemons", tmp_path)) as parent:
        _until(lambda: out.exists() and "hanging" in out.read_text())
        parent.send_signal(number)
        assert parent.wait(10.0) == -number
    _until(lambda: not _living(mark))
    assert not _exists(_noted(out, "unmarked"))


def test_the_death_of_the_parent_while_importing_leaves_nothing(
    mark: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "slow_torch.py").write_text("import time; time.sleep(600)")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    code = "from trialrun.target.supervise import Supervisor as S\nwith S(('slow_torch',)): print(flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        parent.stdout.readline()
        time.sleep(0.3)
        assert len(_living(mark)) == 2
        parent.kill()
    _until(lambda: not _living(mark))


def _at_terminal(command: list[str]) -> tuple[int, int]:
    """The pid of ``command`` and our end of the terminal that it runs at."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(command[0], command)
    return pid, terminal


def _screen(terminal: int) -> str:
    text = b""
    with contextlib.suppress(OSError):  # the other side is closed
        while True:
            text += os.read(terminal, 4096)
    return text.decode()


def test_ctrl_c_at_the_terminal_reaches_the_child_through_the_parent(mark: str, tmp_path: Path, out: Path) -> None:
    pid, terminal = _at_terminal(_parent("catch_interrupt", tmp_path))
    _until(lambda: out.exists() and "ready" in out.read_text())
    os.write(terminal, b"\x03")
    screen = _screen(terminal)
    os.close(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 130
    assert "parent interrupted Exit(status=9" in screen
    assert out.read_text() == "ready\ninterrupted\n"


def test_a_debugger_has_the_terminal(mark: str, tmp_path: Path, out: Path) -> None:
    pid, terminal = _at_terminal(_parent("read_stdin", tmp_path, "terminal"))
    os.write(terminal, b"continue\n")
    screen = _screen(terminal)
    os.close(terminal)
    os.waitpid(pid, 0)
    assert "got continue" in screen and "Exit(status=0" in screen
    assert not out.exists()


# ---- memory


def test_memory_of_the_tree_is_seen(bare: Supervisor, out: Path) -> None:
    child = bare.start(_job("fill_memory", out, bytes=100_000_000))
    _until(lambda: "hanging" in out.read_text())
    assert 100_000_000 < child.memory_bytes() < 200_000_000
    child.stop()
    assert child.memory_bytes() == 0
