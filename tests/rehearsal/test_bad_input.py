"""Whatever a program does, the user gets a clear message, the documented status, what was gathered, and no process."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.rehearsal.conftest import TRAINING, Command, Forked


def test_no_such_file_names_the_nearest(command: Command) -> None:
    command.write(TRAINING)
    ended = command.finish(command.start("run", "tarin.py"))
    assert ended.status == 2
    assert "'tarin.py'" in ended.err and "'train.py'" in ended.err


def test_a_directory(command: Command) -> None:
    command.write(TRAINING, "project/train.py")
    ended = command.finish(command.start("run", "project"))
    assert ended.status == 2
    assert "'project' is a directory" in ended.err and "train.py" in ended.err


def test_no_such_module(command: Command) -> None:
    ended = command.finish(command.start("run", "-m", "pkg.train"))
    assert ended.status == 2
    assert "'pkg.train'" in ended.err


def test_syntax_error_is_a_crash_at_its_line(forked: Forked) -> None:
    ended = forked.run("import torch\nx = = 3\n")
    assert ended.status == 3
    assert ended.report is not None
    (finding,) = ended.report["findings"]
    assert finding["where"]["line"] == 2
    assert "SyntaxError" in finding["message"]
    assert "ast.py" not in ended.out + (forked.folder / ".trialrun/latest/stderr.log").read_text()


def test_not_utf8(forked: Forked) -> None:
    (forked.folder / "train.py").write_bytes(b"import torch\nname = '\xff\xfe'\n")
    ended = forked.run()
    assert ended.status == 3
    assert "UTF-8" in ended.out or "utf-8" in ended.out


def test_a_script_that_never_trains(forked: Forked) -> None:
    ended = forked.run("import torch\nprint(torch.ones(3).sum())\n")
    assert ended.status == 5
    assert ended.report is not None
    assert ended.report["verdict"] == "inconclusive"
    assert "no training step" in ended.out


def test_a_script_without_torch(forked: Forked) -> None:
    assert forked.run("print('hello')\n").status == 5


def test_a_script_that_trains_in_a_thread_is_told_that_none_is_watched(forked: Forked) -> None:
    ended = forked.run("""
        from concurrent.futures import ThreadPoolExecutor

        import torch

        model = torch.nn.Linear(2, 1)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

        def train():
            for _ in range(3):
                optimizer.zero_grad()
                model(torch.ones(4, 2)).square().mean().backward()
                optimizer.step()

        with ThreadPoolExecutor(1) as pool:
            pool.submit(train).result()
    """)
    assert ended.status == 5
    assert "Other threads are not watched" in " ".join(ended.out.split())


def test_missing_arguments_show_the_script_s_own_usage(forked: Forked) -> None:
    ended = forked.run("""
        import argparse
        parser = argparse.ArgumentParser()
        parser.add_argument("--data-root", required=True)
        parser.parse_args()
    """)
    assert ended.status == 5
    assert "--data-root" in ended.out and "usage: train.py" in ended.out
    assert "behind its name: SCRIPT ARGS" in " ".join(ended.out.split())


def test_the_script_s_help_is_its_own(forked: Forked) -> None:
    ended = forked.run(
        """
        import argparse
        parser = argparse.ArgumentParser(description="my very own help")
        parser.parse_args()
    """,
        arguments=("--help",),
    )
    assert ended.status == 5
    assert "my very own help" in (forked.folder / ".trialrun/latest/stdout.log").read_text()


def test_waits_on_stdin(forked: Forked) -> None:
    ended = forked.run("import torch\nname = input('run name? ')\n")
    assert ended.status == 3
    assert "EOFError" in ended.out and "train.py:2" in ended.out


def test_breakpoint_is_passed_over(forked: Forked) -> None:
    ended = forked.run(TRAINING + "breakpoint()\ntrain()\nimport pdb; pdb.set_trace()\nprint('end')\n")
    assert ended.status == 0
    assert "breakpoint() was passed over" in " ".join(ended.out.split())
    assert "end" in (forked.folder / ".trialrun/latest/stdout.log").read_text()


@pytest.mark.parametrize(("before", "status"), [("", 5), ("train()\n", 0)])
def test_os_exit(forked: Forked, before: str, status: int) -> None:
    ended = forked.run(TRAINING + before + "import os; os._exit(7)\n")
    assert ended.status == status
    assert "os._exit(7)" in ended.out


@pytest.mark.parametrize("where", ["before", "after"])
def test_hangs(command: Command, where: str) -> None:
    hang = "import time\nwhile True: time.sleep(1)\n"
    source = TRAINING + (hang + "train()\n" if where == "before" else "train()\n" + hang)
    ended = command.run(source, "--budget", "12")
    assert ended.status == 5
    assert ended.report is not None
    assert ended.report["stages"][0]["outcome"] == "timeout"
    assert ended.report["stages"][0]["steps"] == (0 if where == "before" else 5)
    assert "train.py:" in ended.report["stages"][0]["reason"]


def test_forks(forked: Forked) -> None:
    ended = forked.run(
        TRAINING
        + """
import os
pid = os.fork()
train()
if pid:
    os.waitpid(pid, 0)
    print("parent done")
"""
    )
    assert ended.status == 0
    assert ended.report is not None and ended.report["stages"][0]["steps"] == 5


def test_a_process_left_behind_by_a_fork_would_be_seen(forked: Forked) -> None:
    left = subprocess.Popen(["sleep", "60"], cwd=forked.folder)
    try:
        assert forked.processes() == [left.pid]
    finally:
        left.kill()
        left.wait()


def test_a_daemon_left_behind_is_ended(command: Command) -> None:
    ended = command.run(
        TRAINING
        + """
import subprocess, sys
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
train()
"""
    )
    assert ended.status == 0


@pytest.mark.parametrize("name", ["SIGKILL", "SIGSEGV"])
def test_killed(command: Command, name: str) -> None:
    ended = command.run(TRAINING + f"train()\nimport os, signal; os.kill(os.getpid(), signal.{name})\n")
    assert ended.status == 3
    assert name in ended.out
    assert ended.report is not None and ended.report["stages"][0]["steps"] == 5


def test_fills_memory(command: Command) -> None:
    command.write(TRAINING + "train()\nkept = [bytearray(2**20) for _ in range(900)]\nimport time; time.sleep(60)\n")
    # the same guard, told that this machine's last memory is nearer than it is
    program = (
        "import sys; from trialrun.stages import attempt; attempt.MEMORY_RESERVE_BYTES = 2**60;"
        "attempt.MEMORY_SUSPECT_BYTES = 1000 * 2**20; from trialrun.cli import main; sys.exit(main())"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program, "run", "train.py"],
        cwd=command.folder,
        env=command.environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    ended = command.finish(process)
    assert ended.status == 3
    assert "GiB" in ended.out and "MemoryError" in ended.out


def test_ctrl_c_while_torch_is_imported(command: Command) -> None:
    command.write(TRAINING + "train()")
    process = command.start("run", "train.py")
    time.sleep(0.7)
    process.send_signal(signal.SIGINT)
    assert command.finish(process).status == 130


@pytest.mark.parametrize(
    ("text", "file"), [("in setup", "stdout.log"), ("training", "evidence.jsonl"), ("after", "stdout.log")]
)
def test_ctrl_c_at_each_stage(command: Command, text: str, file: str) -> None:
    command.write(
        TRAINING
        + f"""
import time
print("in setup", flush=True)
time.sleep({60 if text == "in setup" else 0})
for epoch in range(3):
    train()
    time.sleep({2 if text == "training" else 0})
print("after", flush=True)
time.sleep(60)
"""
    )
    process = command.start("run", "train.py")
    command.wait_for(process, text if file == "stdout.log" else '"phase":"training"', file)
    process.send_signal(signal.SIGINT)
    ended = command.finish(process)
    assert ended.status == 130
    assert ended.report is not None
    assert (ended.report["stages"][0]["steps"] > 0) == (text != "in setup")


@pytest.mark.parametrize("budget", ["0", "-3", "soon", "nan"])
def test_a_budget_that_is_none(command: Command, budget: str) -> None:
    ended = command.run(TRAINING, "--budget", budget)
    assert ended.status == 2
    assert budget in ended.err


def test_out_that_cannot_be_written(command: Command) -> None:
    (command.folder / "file").write_text("")
    ended = command.run(TRAINING, "--out", "file/run")
    assert ended.status == 2
    assert "file/run" in ended.err and "--out" in ended.err


def test_full_disk(command: Command, tmp_path: Path) -> None:
    can_mount = subprocess.run(["unshare", "-rm", "true"], capture_output=True).returncode == 0
    if not can_mount:
        pytest.skip("no small file system can be mounted here")
    command.write(TRAINING + "train()\nopen('big.bin', 'wb').write(b'0' * 50_000_000)\n")
    shell = f"mount -t tmpfs -o size=400k none .trialrun && exec {sys.executable} -m trialrun run --start warm train.py"
    (tmp_path / ".trialrun").mkdir()
    process = subprocess.Popen(
        ["unshare", "-rm", "sh", "-c", shell],
        cwd=command.folder,
        env=command.environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    stdout, stderr = process.communicate(timeout=120)
    command.assert_nothing_left()
    assert process.returncode == 5, stdout + stderr
    assert "No space left" in stdout and "--out" in stdout
    assert "Traceback" not in stderr


def test_a_script_that_gives_up_because_its_loops_were_cut_is_said_not_to_have_been_rehearsed_whole(
    forked: Forked,
) -> None:
    ended = forked.run("""
        import torch
        model = torch.nn.Linear(2, 1)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.001)
        losses = []
        for _ in range(5000):
            optimizer.zero_grad()
            loss = (model(torch.ones(4, 2)) - 1).square().mean()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        if len(losses) < 5000:
            raise SystemExit("not learnt")
    """)
    assert ended.status == 0
    assert "ended by itself with status 1. Its loops had been cut short" in " ".join(ended.out.split())
