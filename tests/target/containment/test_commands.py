"""What a command line would start, and which of it may run."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from trialrun.target.containment.commands import of_arguments, of_shell
from trialrun.target.containment.programs import Programs


@pytest.mark.parametrize(
    ("text", "programs"),
    [
        ("sbatch job.sh", ["sbatch"]),
        ("cd out && python3.11 eval.py; echo done", ["cd", "python", "echo"]),
        ("A=1 B=2 /usr/bin/gcc-12 -c x.c", ["gcc"]),
        ("nohup curl -s http://x > log 2>&1 &", ["curl"]),
        ("timeout 5s env X=1 nice -n 10 rsync a b", ["rsync"]),
        ("bash -c 'wget http://x | tar xz'", ["wget", "tar"]),
        ("if true; then sbatch x; fi", ["true", "sbatch"]),
        ("(curl x)\nls", ["curl", "ls"]),
        ("cat < in.txt", ["cat"]),
        ("", []),
    ],
)
def test_programs_of_a_shell_line(text: str, programs: list[str]) -> None:
    assert [command.name for command in of_shell(text)] == programs


def test_output_files_and_substitutions_are_seen() -> None:
    assert of_shell("echo x > out.txt")[0].writes_file
    assert of_shell("echo x &> out.txt")[0].writes_file
    assert not of_shell("ls x 2>/dev/null")[0].writes_file
    assert not of_shell("ls x 2>&1")[0].writes_file
    assert of_shell('echo "$(curl x)"')[0].unreadable
    assert of_shell("echo `curl x`")[0].unreadable
    assert of_shell("echo 'open")[0].unreadable


def test_arguments_are_not_shell_lines() -> None:
    assert [command.words for command in of_arguments(["echo", "a; sbatch b"])] == [("echo", "a; sbatch b")]
    assert of_arguments(["sh", "job.sh"])[0].name == "sh"


def verdict(words: list[str], method: str = "overlay", armed: bool = True, allowed: tuple[str, ...] = ()) -> bool:
    told: list[tuple[str, str]] = []
    programs = Programs(allowed, method, lambda: armed, lambda kind, target: told.append((kind, target)))
    refused = programs.refusal(of_arguments(words), words)
    assert bool(refused) == bool(told)
    return refused is None


@pytest.mark.parametrize(
    "words",
    [
        ["nvidia-smi", "--query-gpu=memory.used", "--format=csv"],
        ["git", "-C", "/x", "rev-parse", "HEAD"],
        ["git", "--no-pager", "status", "--porcelain"],
        ["git", "config", "--get", "user.name"],
        ["git", "branch", "--show-current"],
        ["/usr/bin/x86_64-linux-gnu-g++-12", "-shared", "x.cpp"],
        ["ninja", "-v"],
        ["uname", "-a"],
        [sys.executable, "-c", "from multiprocessing.spawn import spawn_main; spawn_main()", "--multiprocessing-fork"],
        [sys.executable, "/x/torch/_inductor/compile_worker/__main__.py"],
        ["wandb-core", "--port-filename", "x"],
    ],
)
@pytest.mark.parametrize("method", ["overlay", "landlock", "redirection"])
def test_may_run_after_the_first_update(words: list[str], method: str) -> None:
    assert verdict(words, method)


@pytest.mark.parametrize(
    "words",
    [
        ["sbatch", "job.sh"],
        ["git", "push", "origin", "main"],
        ["git", "-c", "x=y", "commit", "-m", "x"],
        ["git", "config", "user.name", "me"],
        ["git", "branch", "-D", "main"],
        ["git", "remote", "add", "origin", "x"],
        ["nvidia-smi", "-pm", "1"],
        ["nvidia-smi", "--gpu-reset"],
        [sys.executable, "eval.py"],
        ["sh", "job.sh"],
        ["sudo", "ls"],
        ["aws", "s3", "cp", "a", "s3://b"],
        ["bash", "-c", "true; shutdown now"],
        ["make", "upload"],
    ],
)
@pytest.mark.parametrize("method", ["overlay", "landlock", "redirection"])
def test_may_not_run_after_the_first_update(words: list[str], method: str) -> None:
    assert not verdict(words, method)
    assert verdict(words, method, armed=False) or method == "redirection"


def test_file_programs_run_where_the_kernel_keeps_their_writes() -> None:
    assert verdict(["cp", "a", "b"], "overlay")
    assert not verdict(["cp", "a", "b"], "landlock")


def test_redirection_alone_refuses_from_the_start_what_it_cannot_keep_apart() -> None:
    assert not verdict(["wget", "http://x"], "redirection", armed=False)
    assert not verdict(["sh", "-c", "echo x > out.txt"], "redirection", armed=False)
    assert not verdict([sys.executable, "-I", "x.py"], "redirection", armed=False)
    assert not verdict([sys.executable, "-uS", "x.py"], "redirection", armed=False)
    assert verdict([sys.executable, "-u", "x.py", "-E"], "redirection", armed=False)


def test_landlock_refuses_from_the_start_what_the_kernel_would_let_through() -> None:
    assert not verdict(["sh", "-c", "chmod +x run.sh"], "landlock", armed=False)
    assert verdict(["wget", "http://x"], "landlock", armed=False)


def test_allowed_by_name() -> None:
    assert verdict(["/opt/bin/sbatch", "x"], allowed=("sbatch",))
    assert verdict(["python3.11", "x.py"], allowed=("python3.11",))
    assert not verdict(["sh", "-c", "sbatch x; curl y"], allowed=("sbatch",))


def test_a_long_line_is_cut_and_masked() -> None:
    told: list[str] = []
    programs = Programs((), "overlay", lambda: True, lambda kind, target: told.append(target))
    words = ["curl", "--token", "abc", "https://u:p@host"] + ["x" * 50] * 10
    message = programs.refusal(of_arguments(words), words)
    assert told[0].startswith("curl --token *** https://u:***@host xxx") and len(told[0]) == 200
    assert message is not None and "--allow-exec curl" in message


def test_allow_options_open_the_guards(in_child: Callable[..., Any], tmp_path: Path) -> None:
    code = """
    import socket, subprocess
    begin(allow_network=True, allow_exec=("sh",), method="redirection").arm()
    message = ""
    try:
        socket.create_connection(("192.0.2.1", 9), timeout=0.01)
    except OSError as error:
        message = str(error)
    answer([message, subprocess.run(["sh", "-c", "exit 3"]).returncode, "WANDB_MODE" in os.environ, blocked])
    """
    message, status, offline, blocked = in_child(code, tmp_path)
    assert "--allow-network" not in message and not offline and blocked == []
    assert status == 3


@pytest.mark.parametrize("method", ["overlay", "landlock", "redirection"])
def test_refusals_are_explained(in_child: Callable[..., Any], tmp_path: Path, method: str) -> None:
    code = f"""
    import socket, subprocess
    container = begin(method={method!r})
    container.arm()
    found = []
    for act in (
        lambda: subprocess.run("sbatch x", shell=True, check=True),
        lambda: subprocess.check_output(["sbatch", "x"]),
        lambda: socket.create_connection(("host.invalid", 80)),
    ):
        try:
            act()
        except Exception as error:
            found.append([type(error).__name__, container.explain(error)])
    answer(found)
    """
    shell, listed, connection = in_child(code, tmp_path)
    assert shell[0] == "CalledProcessError" and "--allow-exec sbatch" in shell[1]
    assert listed[0] == "PermissionError" and "--allow-exec sbatch" in listed[1]
    assert connection[0] == "ConnectionRefusedError" and "--allow-network" in connection[1]


def test_children_inherit_the_switch(in_child: Callable[..., Any], tmp_path: Path) -> None:
    """A worker forked before the first update is guarded after it."""
    code = """
    import socket
    container = begin(method="redirection")
    ready, go = os.pipe(), os.pipe()
    worker = os.fork()
    if worker == 0:
        os.read(go[0], 1)
        try:
            socket.create_connection(("host.invalid", 80))
        except ConnectionRefusedError:
            os._exit(7)
        except OSError:
            os._exit(8)
        os._exit(9)
    container.arm()
    os.write(go[1], b"x")
    answer(os.waitstatus_to_exitcode(os.waitpid(worker, 0)[1]))
    """
    assert in_child(code, tmp_path) == 7


def test_programs_are_not_guarded_in_this_process() -> None:
    assert subprocess.run([sys.executable, "-c", "pass"], check=False).returncode == 0
