"""A program that tries everything: run as a child, it enters containment, acts, and reports what it saw as JSON.

    python probes.py METHOD FOLDER GROUP

FOLDER holds ``project`` (the working directory) and ``elsewhere``. Each probe is a function; an assertion that fails in
it is reported under its name. It imports nothing of pytest, so that a probe is what a user's script is.
"""

from __future__ import annotations

import glob
import json
import multiprocessing
import os
import shutil
import socket
import sqlite3
import stat
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable
from pathlib import Path

ELSEWHERE = Path(sys.argv[2]) / "elsewhere"
METHOD = sys.argv[1]


def writes_new_file() -> None:
    with open("new.txt", "w") as file:
        file.write("hello")
        assert file.name == "new.txt"
    assert Path("new.txt").read_text() == "hello"
    assert "new.txt" in os.listdir() and os.path.exists("new.txt")
    assert os.stat("new.txt").st_size == 5


def appends_to_existing() -> None:
    with open("notes.txt", "a") as file:
        file.write("more")
    assert Path("notes.txt").read_text() == "originalmore"


def overwrites_existing() -> None:
    Path("overwritten.txt").write_text("second")
    assert Path("overwritten.txt").read_text() == "second"


def refuses_exclusive() -> None:
    try:
        open("overwritten.txt", "x")  # noqa: SIM115
    except FileExistsError as error:
        assert error.filename == "overwritten.txt", error
    else:
        raise AssertionError("an existing file was made anew")


def names_the_missing_file() -> None:
    try:
        open("absent/no.txt", "w")  # noqa: SIM115
    except FileNotFoundError as error:
        assert error.filename == "absent/no.txt", error
    else:
        raise AssertionError("no error")


def removes_own_output() -> None:
    assert sorted(os.listdir("out")) == ["a", "deep"]
    shutil.rmtree("out")
    assert not os.path.exists("out") and "out" not in os.listdir()
    os.makedirs("out/again", exist_ok=True)
    assert os.listdir("out") == ["again"]
    Path("out/again/x").write_text("x")
    shutil.rmtree("out/again")
    assert os.listdir("out") == []


def replaces() -> None:
    Path("fresh.tmp").write_text("fresh")
    os.replace("fresh.tmp", "replaced.txt")
    assert Path("replaced.txt").read_text() == "fresh" and not os.path.exists("fresh.tmp")
    os.rename("moved.txt", "moved-away.txt")
    assert not os.path.exists("moved.txt") and Path("moved-away.txt").read_text() == "moved"


def renames_folder() -> None:
    os.rename("folder", "folder2")
    assert sorted(os.listdir("folder2")) == ["one", "two"] and not os.path.exists("folder")


def changes_mode_and_times() -> None:
    os.chmod("mode.txt", 0o600)
    assert stat.S_IMODE(os.stat("mode.txt").st_mode) == 0o600
    os.utime("mode.txt", (1000, 1000))
    assert os.stat("mode.txt").st_mtime == 1000
    descriptor = os.open("mode.txt", os.O_RDONLY)
    os.fchmod(descriptor, 0o640)
    os.close(descriptor)
    os.truncate("mode.txt", 2)
    assert Path("mode.txt").read_text() == "mo"


def deletes() -> None:
    os.remove("deleted.txt")
    assert not os.path.lexists("deleted.txt")
    Path("deleted2.txt").unlink()
    Path("deleted2.txt").write_text("back")
    assert Path("deleted2.txt").read_text() == "back"


def writes_absolute() -> None:
    path = ELSEWHERE / "made" / "file.txt"
    path.parent.mkdir(parents=True)
    path.write_text("x")
    assert path.read_text() == "x" and (ELSEWHERE / "kept.txt").read_text() == "kept"
    (ELSEWHERE / "kept.txt").write_text("changed")
    assert (ELSEWHERE / "kept.txt").read_text() == "changed"


def follows_link_out() -> None:
    Path("link/through.txt").write_text("x")
    assert (ELSEWHERE / "through.txt").read_text() == "x"
    assert "through.txt" in os.listdir("link")
    with open("file-link", "a") as file:
        file.write("!")
    assert (ELSEWHERE / "linked.txt").read_text() == "linked!" and os.path.islink("file-link")


def makes_links() -> None:
    os.symlink("notes.txt", "latest")
    assert os.readlink("latest") == "notes.txt" and Path("latest").read_text().startswith("original")
    os.remove("latest")
    os.link("data.txt", "hard")
    assert Path("hard").read_text() == "data"


def walks_and_globs() -> None:
    seen = [folder for folder, _, _ in os.walk(".")]
    assert len(seen) == len(set(seen)) < 200 and not any("scratch" in folder for folder in seen), seen
    Path("walk/new").mkdir(parents=True)
    Path("walk/new/file.py").write_text("")
    assert glob.glob("walk/**/*.py", recursive=True) == ["walk/new/file.py"]
    assert [str(path) for path in Path("walk").rglob("*.py")] == ["walk/new/file.py"]
    shutil.copytree(".", "copy", ignore=shutil.ignore_patterns("copy", "link"), symlinks=True)
    assert Path("copy/data.txt").read_text() == "data"
    with os.scandir("walk") as entries:
        assert [(entry.name, entry.is_dir()) for entry in entries] == [("new", True)]


def changes_folder() -> None:
    before = os.getcwd()
    os.makedirs("inner/deeper")
    os.chdir("inner/deeper")
    assert os.getcwd() == os.path.join(before, "inner", "deeper")
    Path("x").write_text("x")
    os.chdir(before)
    assert Path("inner/deeper/x").read_text() == "x"


def uses_descriptors() -> None:
    folder = os.open(".", os.O_RDONLY)
    descriptor = os.open("by-fd.txt", os.O_WRONLY | os.O_CREAT, 0o644, dir_fd=folder)
    os.write(descriptor, b"fd")
    os.close(descriptor)
    assert os.stat("by-fd.txt", dir_fd=folder).st_size == 2
    assert "by-fd.txt" in os.listdir(folder)
    os.unlink("by-fd.txt", dir_fd=folder)
    os.close(folder)
    assert not os.path.exists("by-fd.txt")


def uses_temporary_files() -> None:
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("x")
        file.flush()
        assert os.path.getsize(file.name) == 1
    with tempfile.TemporaryDirectory(dir=".") as folder:
        Path(folder, "x").write_text("x")
    with tempfile.TemporaryFile() as unnamed:
        unnamed.write(b"x")
    assert len(os.path.join(tempfile.gettempdir(), "torch-shm-dir-XXXXXX", "manager.sock")) < 108
    server = socket.socket(socket.AF_UNIX)
    server.bind(os.path.join(tempfile.mkdtemp(), "socket"))
    server.close()


def imports_what_it_wrote() -> None:
    Path("written_module.py").write_text("ANSWER = 42\n")
    sys.path.insert(0, os.getcwd())
    import written_module  # type: ignore[import-not-found]

    assert written_module.ANSWER == 42


def uses_sqlite() -> None:
    with sqlite3.connect("store.db") as store:
        assert store.execute("select count(*) from t").fetchone() == (1,)
        store.execute("insert into t values (2)")
    with sqlite3.connect(Path("store.db")) as store:
        assert store.execute("select count(*) from t").fetchone() == (2,)
    with sqlite3.connect("made.db") as store:
        store.execute("create table t (x)")
    assert os.path.getsize("made.db") > 0


def starts_python_child() -> None:
    code = "open('child.txt', 'w').write('child'); import os; os.remove('childs.txt')"
    done = subprocess.run([sys.executable, "-c", code], check=True, stderr=subprocess.PIPE)
    assert done.stderr == b"", done.stderr
    assert Path("child.txt").read_text() == "child" and not os.path.exists("childs.txt")


def arranges_folders_by_program() -> None:
    assert os.system("mkdir -p made/by/shell && touch made/by/shell/x") == 0
    assert os.listdir("made/by/shell") == ["x"]
    subprocess.run(["cp", "data.txt", "made/by"], check=True)
    assert Path("made/by/data.txt").read_text() == "data"
    subprocess.run("rm -rf shelled made/by/shell", shell=True, check=True)
    assert not os.path.exists("shelled") and os.listdir("made/by") == ["data.txt"]
    assert os.system("mkdir made 2>/dev/null") != 0


def starts_native_child() -> None:
    done = subprocess.run("echo native > native.txt && cp notes.txt native2.txt", shell=True, stderr=subprocess.PIPE)
    if METHOD == "overlay":
        assert done.returncode == 0 and Path("native.txt").read_text() == "native\n" and os.path.exists("native2.txt")
    else:
        assert done.returncode != 0 and not os.path.exists("native.txt")


def _spawned(name: str) -> None:
    Path(name).write_text("worker")


def starts_workers() -> None:
    for way in ("fork", "spawn"):
        worker = multiprocessing.get_context(way).Process(target=_spawned, args=(f"{way}.txt",))
        worker.start()
        worker.join()
        assert worker.exitcode == 0 and Path(f"{way}.txt").read_text() == "worker"


def respects_permissions() -> None:
    if os.geteuid() != 0:
        for act in (lambda: open("read-only.txt", "a"), lambda: open("locked/x", "w"), lambda: os.mkdir("locked/y")):  # noqa: SIM115
            try:
                act()
            except PermissionError:
                continue
            raise AssertionError("a real program would have been refused")


def writes_where_allowed() -> None:
    (ELSEWHERE / "allowed" / "real.txt").write_text("real")
    assert (ELSEWHERE / "allowed" / "real.txt").read_text() == "real"


def goes_offline() -> None:
    assert os.environ["WANDB_MODE"] == "offline" and os.environ["NEPTUNE_MODE"] == "offline"


def connects_before_first_update() -> None:
    with socket.socket() as connection:
        connection.settimeout(0.01)
        try:
            connection.connect(("192.0.2.1", 9))
        except OSError as error:
            assert "--allow-network" not in str(error)


def blocks_network() -> None:
    for act in (
        lambda: socket.create_connection(("192.0.2.1", 443), timeout=1),
        lambda: socket.create_connection(("upload.invalid", 443), timeout=1),
        lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("192.0.2.1", 53)),
    ):
        try:
            act()
        except ConnectionRefusedError as error:  # noqa: PERF203
            assert "--allow-network" in str(error)
        else:
            raise AssertionError("connected")


def reaches_itself() -> None:
    server = socket.create_server(("127.0.0.1", 0))
    answer = threading.Thread(target=lambda: server.accept()[0].sendall(b"ok"))
    answer.start()
    for host in ("localhost", "127.0.0.1"):
        with socket.create_connection((host, server.getsockname()[1])) as connection:
            assert connection.recv(2) == b"ok"
        break
    answer.join()
    server.close()
    assert socket.getaddrinfo(socket.gethostname(), 80) is not None


def blocks_programs() -> None:
    assert os.system("sbatch job.sh") != 0
    assert subprocess.run("sbatch job.sh --token hf_abcdefghijklmnopqrst", shell=True).returncode == 126
    for act in (
        lambda: subprocess.run(["shutdown", "now"]),
        lambda: subprocess.Popen(["bash", "-c", "curl http://192.0.2.1"]),
        lambda: subprocess.run([sys.executable, "other.py"]),
        lambda: os.posix_spawn("/bin/sh", ["sh", "job.sh"], {}),
    ):
        try:
            act()
        except PermissionError as error:  # noqa: PERF203
            assert "--allow-exec" in str(error)
        else:
            raise AssertionError("started")
    assert os.spawnlp(os.P_WAIT, "sbatch", "sbatch") != 0
    assert not os.path.exists("native-after.txt")


def queries_after_first_update() -> None:
    assert subprocess.run(["uname"], stdout=subprocess.PIPE, check=True).stdout
    assert os.popen("hostname").read()
    subprocess.run(["git", "rev-parse", "HEAD"], stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    subprocess.run("true && true", shell=True, check=True)
    subprocess.run(["allowed-program"], check=False) if shutil.which("allowed-program") else None


def starts_workers_after_first_update() -> None:
    starts_workers()


def _torch_saves() -> None:
    import torch

    torch.save({"w": torch.ones(3)}, "model.pt")
    torch.save({"w": torch.zeros(3)}, Path("old.pt"))
    assert torch.load("model.pt")["w"].sum() == 3 and torch.load("old.pt", mmap=True)["w"].sum() == 0
    with open("by-file.pt", "wb") as file:
        torch.save(torch.ones(2), file)
    assert torch.load("by-file.pt").sum() == 2
    torch.save(torch.ones(1), "model.pt")


def _numpy_saves() -> None:
    import numpy as np

    np.save("array.npy", np.zeros(4))
    assert np.load("array.npy").sum() == 0
    np.savez("several.npz", a=np.ones(2))
    assert np.load("several.npz")["a"].sum() == 2
    mapped = np.memmap("mapped.bin", dtype="float32", mode="w+", shape=(8,))
    mapped[:] = 1
    mapped.flush()
    assert np.memmap("mapped.bin", dtype="float32", mode="r").sum() == 8
    changed = np.memmap("bytes.bin", dtype="uint8", mode="r+")
    changed[:] = 7
    changed.flush()
    assert Path("bytes.bin").read_bytes() == b"\x07" * 4
    np.ones(3).tofile("raw.bin")
    assert np.fromfile("raw.bin").sum() == 3


def _hdf5_writes() -> None:
    import h5py

    with h5py.File("made.h5", "w") as file:
        file["x"] = [1, 2, 3]
        assert os.path.basename(file.filename) == "made.h5"
    with h5py.File("made.h5", "a") as file:
        file["y"] = [1]
    with h5py.File("made.h5") as file:
        assert sorted(file) == ["x", "y"]
    with h5py.File("old.h5", "r+") as file:
        file["z"] = [1]
    with h5py.File("old.h5") as file:
        assert sorted(file) == ["a", "z"]


def _safetensors_saves() -> None:
    import torch
    from safetensors import safe_open
    from safetensors.torch import load_file, save_file

    save_file({"w": torch.ones(3)}, "model.safetensors")
    assert load_file("model.safetensors")["w"].sum() == 3
    with safe_open("model.safetensors", framework="pt") as file:
        assert list(file.keys()) == ["w"]


def _tensorboard_writes() -> None:
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError:
        return
    with SummaryWriter("runs/one") as writer:
        writer.add_scalar("loss", 1.0, 0)
    assert os.listdir("runs/one")


class _Squares:
    def __len__(self) -> int:
        return 8

    def __getitem__(self, index: int) -> object:
        import torch

        return torch.full((2,), float(index))


def _loads_with_workers() -> None:
    from torch.utils.data import DataLoader

    loader = DataLoader(_Squares(), batch_size=2, num_workers=2)  # type: ignore[var-annotated,arg-type]
    assert sum(float(batch.sum()) for batch in loader) == 56.0


def _arms() -> None:
    CONTAINMENT.arm()


FILES = (
    goes_offline,
    connects_before_first_update,
    writes_new_file,
    appends_to_existing,
    overwrites_existing,
    refuses_exclusive,
    names_the_missing_file,
    removes_own_output,
    replaces,
    renames_folder,
    changes_mode_and_times,
    deletes,
    writes_absolute,
    follows_link_out,
    makes_links,
    walks_and_globs,
    changes_folder,
    uses_descriptors,
    uses_temporary_files,
    imports_what_it_wrote,
    uses_sqlite,
    starts_python_child,
    arranges_folders_by_program,
    starts_native_child,
    starts_workers,
    respects_permissions,
    writes_where_allowed,
    _arms,
    blocks_network,
    reaches_itself,
    blocks_programs,
    queries_after_first_update,
    starts_workers_after_first_update,
)
LIBRARIES = (_torch_saves, _numpy_saves, _hdf5_writes, _safetensors_saves, _tensorboard_writes, _loads_with_workers)
GROUPS: dict[str, tuple[Callable[[], None], ...]] = {"files": FILES, "libraries": LIBRARIES}


def main() -> None:
    """Enter, run each probe, and print one JSON object; the exit status is 0 whatever the probes found."""
    method, folder, group = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
    os.chdir(folder / "project")
    if group == "libraries":
        import torch  # the warm process has imported it before containment begins

        torch.set_num_threads(1)
    run = folder / "project" / ".trialrun" / "run"
    blocked: list[tuple[str, str]] = []
    rules = Rules(
        cwd=Path.cwd(), scratch=run / "scratch", run_dir=run, allow_write=(ELSEWHERE / "allowed",), method=method
    )
    global CONTAINMENT
    output = os.dup(1)
    CONTAINMENT = enter(rules, lambda record: blocked.append((record.kind, record.target)))
    results = {}
    for probe in GROUPS[group]:
        try:
            probe()
            results[probe.__name__.lstrip("_")] = ""
        except BaseException:  # noqa: PERF203
            results[probe.__name__.lstrip("_")] = traceback.format_exc()
    report = {
        "results": results,
        "blocked": blocked,
        "record": [CONTAINMENT.record.method, CONTAINMENT.record.detail],
        "ledger": [[record.path, record.bytes, record.times, record.action] for record in CONTAINMENT.ledger()],
    }
    os.write(output, b"\n" + json.dumps(report).encode() + b"\n")


if __name__ == "__main__":
    from trialrun.target.containment import Containment, Rules, enter

    CONTAINMENT: Containment
    main()
