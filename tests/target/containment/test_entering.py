"""Which way is taken, why a better one was not, and folders that are unlike the usual one."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Child = Callable[..., Any]

# Takes mount namespaces away from this process for real: the limit holds in its own user namespace.
_NO_NAMESPACES = """
from trialrun.target.containment import syscalls
uid, gid = os.geteuid(), os.getegid()
syscalls.unshare(syscalls.CLONE_NEWUSER)
Path("/proc/self/setgroups").write_text("deny")
Path("/proc/self/uid_map").write_text(f"0 {uid} 1")
Path("/proc/self/gid_map").write_text(f"0 {gid} 1")
Path("/proc/sys/user/max_mnt_namespaces").write_text("0")
Path("/proc/sys/user/max_user_namespaces").write_text("0")
"""


def test_best_way_is_chosen(in_child: Child, needs_namespaces: None, tmp_path: Path) -> None:
    assert in_child("record = begin().record\nanswer([record.method, record.detail])", tmp_path) == ["overlay", ""]


def test_next_way_is_taken_with_the_reason(in_child: Child, needs_namespaces: None, tmp_path: Path) -> None:
    code = _NO_NAMESPACES + "record = begin().record\nanswer([record.method, record.detail])"
    method, detail = in_child(code, tmp_path)
    assert method == "landlock"
    assert detail.startswith("no overlay: no mount namespace for this user (")


def test_a_way_asked_for_must_be_available(in_child: Child, needs_namespaces: None, tmp_path: Path) -> None:
    code = """
try:
    begin(method="overlay")
except TrialrunError as error:
    answer([error.exit_status, str(error), os.getcwd()])
"""
    status, message, cwd = in_child(_NO_NAMESPACES + code, tmp_path)
    assert status == 2
    assert message.startswith("containment by overlay is not available here: no overlay: no mount namespace")
    assert cwd == str(tmp_path)


@pytest.mark.parametrize("method", ["rot13", ""])
def test_unknown_way(in_child: Child, tmp_path: Path, method: str) -> None:
    message = in_child(
        f"try:\n    begin(method={method!r})\nexcept TrialrunError as error:\n    answer(str(error))", tmp_path
    )
    assert repr(method) in message and "landlock" in message


def test_run_folder_that_cannot_be_made(in_child: Child, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    code = """
    try:
        begin(run_dir=Path("file/run"), scratch=Path("file/run/scratch"))
    except TrialrunError as error:
        answer(str(error))
    """
    message = in_child(code, tmp_path)
    assert message.startswith("cannot write the run folder") and "--out" in message


@pytest.mark.parametrize("method", ["overlay", "landlock", "redirection"])
class TestUnusualFolders:
    def test_reached_through_a_link(self, in_child: Child, tmp_path: Path, method: str) -> None:
        (tmp_path / "there").mkdir()
        (tmp_path / "link").symlink_to("there")
        code = f"""
        os.chdir({str(tmp_path / "link")!r})
        container = begin(cwd=Path({str(tmp_path / "link")!r}), method={method!r})
        open("x", "w").close()
        answer([os.listdir("."), os.getcwd(), [record.path for record in container.ledger()]])
        """
        names, cwd, written = in_child(code, tmp_path)
        assert "x" in names and cwd == str(tmp_path / "there") and written == ["x"]
        assert not (tmp_path / "there" / "x").exists()

    def test_run_folder_elsewhere(self, in_child: Child, tmp_path: Path, method: str) -> None:
        (tmp_path / "cwd").mkdir()
        run = tmp_path / "runs" / ("long" * 20)
        code = f"""
        run = Path({str(run)!r})
        container = begin(run_dir=run, scratch=run / "scratch", method={method!r})
        open("x", "w").write("x")
        import tempfile, socket
        socket.socket(socket.AF_UNIX).bind(os.path.join(tempfile.mkdtemp(), "socket"))
        answer([open("x").read(), [record.path for record in container.ledger()]])
        """
        assert in_child(code, tmp_path / "cwd") == ["x", ["x"]]
        assert os.listdir(tmp_path / "cwd") == []

    def test_run_folder_is_the_working_directory(self, in_child: Child, tmp_path: Path, method: str) -> None:
        code = f"""
        here = Path(os.getcwd())
        container = begin(run_dir=here, scratch=here / "scratch", method={method!r})
        open("x", "w").write("x")
        answer([len(list(os.walk("."))) < 50, open("x").read()])
        """
        assert in_child(code, tmp_path) == [True, "x"]

    def test_a_second_attempt_sees_nothing_of_the_first(self, in_child: Child, tmp_path: Path, method: str) -> None:
        code = f"begin(method={method!r}).arm()\nopen('x', 'w').close()\nanswer(os.path.exists('x'))"
        assert in_child(code, tmp_path)
        again = f"c = begin(method={method!r})\nanswer([os.path.exists('x'), len(c.ledger()), c._way.guard.armed()])"
        assert in_child(again, tmp_path) == [False, 0, False]

    def test_folder_that_cannot_be_written(self, in_child: Child, tmp_path: Path, method: str) -> None:
        if os.geteuid() == 0:
            pytest.skip("root may write everywhere")
        (tmp_path / "cwd").mkdir()
        (tmp_path / "cwd").chmod(0o555)
        run = tmp_path / "run"
        code = f"""
        run = Path({str(run)!r})
        begin(run_dir=run, scratch=run / "scratch", method={method!r})
        try:
            open("x", "w")
            answer("written")
        except PermissionError as error:
            answer(error.filename)
        """
        assert in_child(code, tmp_path / "cwd") == "x"

    def test_root_as_working_directory(self, in_child: Child, tmp_path: Path, method: str) -> None:
        if method == "overlay":
            code = f"""
            os.chdir("/")
            run = Path({str(tmp_path)!r})
            record = begin(run_dir=run, scratch=run / "scratch", cwd=Path("/")).record
            answer([record.method, record.detail])
            """
            assert in_child(code, tmp_path)[1].startswith("no overlay: no overlay can be put over /: ")
            return
        code = f"""
        os.chdir("/")
        run = Path({str(tmp_path)!r})
        container = begin(run_dir=run, scratch=run / "scratch", cwd=Path("/"), method={method!r})
        open({str(tmp_path.parent / "in-root.txt")!r}, "w").close()
        answer([record.path for record in container.ledger()])
        """
        assert in_child(code, tmp_path) == [str(tmp_path.parent / "in-root.txt").lstrip("/")]
        assert not (tmp_path.parent / "in-root.txt").exists()

    def test_home_is_protected_too(self, in_child: Child, tmp_path: Path, method: str) -> None:
        code = f"""
        begin(method={method!r})
        path = Path.home() / ".trialrun-test-file"
        try:
            path.write_text("x")
        except OSError:
            pass
        answer(str(path))
        """
        assert not os.path.exists(in_child(code, tmp_path))


def test_something_mounted_in_the_working_directory(in_child: Child, needs_namespaces: None, tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    code = f"""
    from trialrun.target.containment import syscalls
    from trialrun.target.containment.overlay import _leave_namespace
    _leave_namespace()
    syscalls.mount("tmpfs", {str(tmp_path / "inner")!r}, "tmpfs", 0)
    record = begin().record
    open("inner/x", "w").close()
    answer([record.method, record.detail, os.listdir("inner")])
    """
    method, detail, names = in_child(code, tmp_path)
    assert method == "landlock" and "mounted in it" in detail and names == ["x"]


@pytest.mark.skipif(not os.path.isdir("/media"), reason="needs a folder of the system to mount on")
def test_scratch_folder_that_cannot_hold_an_overlay(in_child: Child, needs_namespaces: None, tmp_path: Path) -> None:
    """The kernel takes no upper layer on an overlay; the layers are then kept in memory."""
    for name in ("lower", "upper", "work"):
        (tmp_path / name).mkdir()
    code = """
    from trialrun.target.containment import syscalls
    from trialrun.target.containment.overlay import _leave_namespace
    as_user, _ = _leave_namespace()
    options = "lowerdir=lower,upperdir=upper,workdir=work" + (",userxattr" if as_user else "")
    syscalls.mount("overlay", "/media", "overlay", 0, options)
    run = Path("/media/one")
    container = begin(run_dir=run, scratch=run / "scratch")
    open("x", "w").write("x")
    answer([container.record.method, container.record.detail, [record.path for record in container.ledger()]])
    """
    method, detail, written = in_child(code, tmp_path)
    assert method == "overlay" and "in memory" in detail and written == ["x"]
    assert not (tmp_path / "x").exists()


@pytest.mark.skipif(not os.path.isdir("/media"), reason="needs a folder outside /tmp")
def test_something_mounted_in_the_temporary_folder(in_child: Child, needs_namespaces: None, tmp_path: Path) -> None:
    (tmp_path / "mounted").mkdir()
    own = f"/tmp/{uuid.uuid4().hex}.txt"
    code = f"""
    from trialrun.target.containment import syscalls
    from trialrun.target.containment.overlay import _leave_namespace
    _leave_namespace()
    syscalls.mount("tmpfs", {str(tmp_path / "mounted")!r}, "tmpfs", 0)
    syscalls.mount("tmpfs", "/media", "tmpfs", 0)
    os.chdir("/media")
    container = begin()
    Path({own!r}).write_text("x")
    written = [record.path for record in container.ledger()]
    answer([container.record.method, container.record.detail, os.path.isdir(container.tmpdir), written])
    """
    method, detail, made, written = in_child(code, tmp_path)
    assert method == "overlay" and "/tmp starts empty" in detail and made and written == [own]
    assert not os.path.exists(own)


@pytest.mark.parametrize("method", ["landlock", "redirection"])
def test_unwritable_file_is_explained(in_child: Child, tmp_path: Path, method: str) -> None:
    """A native writer that nothing redirects: SQLite through its own ATTACH."""
    code = f"""
    import sqlite3
    container = begin(method={method!r})
    store = sqlite3.connect("own.db")
    try:
        store.execute("attach database ? as other", (os.path.join(os.getcwd(), "other.db"),))
        store.execute("create table other.t (x)")
        answer(None)
    except sqlite3.OperationalError as error:
        answer(container.explain(error))
    """
    message = in_child(code, tmp_path)
    if method == "landlock":
        assert "--allow-write" in message and not (tmp_path / "other.db").exists()
    else:
        assert message is None  # native code is not kept apart: the record's detail says so


def test_errors_of_the_script_are_not_explained(in_child: Child, tmp_path: Path) -> None:
    code = """
    container = begin(method="redirection")
    answer([container.explain(error) for error in (ValueError("x"), FileNotFoundError(2, "no", "x"), KeyError("k"))])
    """
    assert in_child(code, tmp_path) == [None, None, None]


def test_a_full_disk_is_explained(in_child: Child, tmp_path: Path) -> None:
    code = """
    container = begin(method="redirection")
    try:
        with open("/dev/full", "w") as file:
            file.write("x")
    except OSError as error:
        answer(container.explain(error))
    """
    assert "--out DIR" in in_child(code, tmp_path)


def test_what_bypasses_redirection_is_refused_and_told(in_child: Child, tmp_path: Path) -> None:
    code = """
    import io, posix
    begin(method="redirection")
    messages = []
    for act in (lambda: io.FileIO("raw.txt", "w"), lambda: posix.mkdir("raw"), lambda: posix.rename("kept", "lost")):
        try:
            act()
        except PermissionError as error:
            messages.append(str(error))
    answer([messages, blocked])
    """
    (tmp_path / "kept").write_text("")
    messages, blocked = in_child(code, tmp_path)
    assert len(messages) == 3 and all("--allow-write" in message for message in messages)
    assert blocked[0] == ["file", str(tmp_path / "raw.txt")]
    assert sorted(os.listdir(tmp_path)) == [".trialrun", "kept"]


@pytest.mark.parametrize("method", ["landlock", "redirection"])
def test_a_start_module_of_the_user_still_runs(in_child: Child, tmp_path: Path, method: str) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "sitecustomize.py").write_text("import builtins\nbuiltins.OWN = 1\n")
    code = f"""
    import subprocess
    os.environ["PYTHONPATH"] = os.path.join(os.getcwd(), "own")
    begin(method={method!r})
    words = [sys.executable, "-c", "open('x', 'w').write(str(OWN))"]
    done = subprocess.run(words, stderr=subprocess.PIPE, text=True)
    given = dict(os.environ, MARK="1")
    given.pop("TRIALRUN_CONTAINMENT")
    subprocess.run([sys.executable, "-c", "open('y', 'w').write('y')"], env=given, check=True)
    answer([open("x").read(), open("y").read(), done.stderr])
    """
    assert in_child(code, tmp_path) == ["1", "y", ""]
    assert sorted(os.listdir(tmp_path)) == [".trialrun", "own"]


@pytest.mark.parametrize("method", ["overlay", "landlock", "redirection"])
def test_the_run_folder_can_be_removed(in_child: Child, tmp_path: Path, method: str) -> None:
    in_child(f"begin(method={method!r})\nPath('a').mkdir()\nos.rename('a', 'b')\nos.rmdir('b')\nanswer(1)", tmp_path)
    shutil.rmtree(tmp_path / ".trialrun")
    assert os.listdir(tmp_path) == []
