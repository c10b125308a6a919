"""What can be known of a program before a process is started for it."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from trialrun.errors import UsageError
from trialrun.target import program


def scan(tmp_path: Path, **files: str) -> bool:
    for name, text in files.items():
        path = tmp_path / (name.replace("__", "/") + ".py")
        path.parent.mkdir(exist_ok=True)
        path.write_text(textwrap.dedent(text))
    return program.sets_environment_first(tmp_path / "train.py")


@pytest.mark.parametrize(
    "line",
    [
        'os.environ["OMP_NUM_THREADS"] = "1"',
        'os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")',
        'os.environ.update(CUDA_VISIBLE_DEVICES="")',
        'os.putenv("A", "1")',
        'environ["A"] = "1"',
        'if True:\n    os.environ["A"] = "1"',
        "from dotenv import load_dotenv\nload_dotenv()",
    ],
)
def test_environment_before_torch_starts_cold(tmp_path: Path, line: str) -> None:
    assert scan(tmp_path, train=f"import os\nfrom os import environ\n{line}\nimport torch\n")
    assert not scan(tmp_path, train=f"import os\nfrom os import environ\nimport torch\n{line}\n")


def test_own_modules_are_followed_in_the_order_of_imports(tmp_path: Path) -> None:
    settings = 'import os\nos.environ["A"] = "1"\n'
    assert scan(tmp_path, settings=settings, train="import settings\nimport torch\n")
    assert not scan(tmp_path, settings=settings, train="from torch import nn\nimport settings\n")
    assert scan(
        tmp_path,
        pkg__empty="",
        pkg__a="from . import b\nimport torch\n",
        pkg__b=settings,
        train="from pkg.a import x\nimport torch\n",
    )


def test_reading_the_environment_is_no_writing(tmp_path: Path) -> None:
    assert not scan(tmp_path, train='import os\nx = os.environ["HOME"] + os.environ.get("A", "")\nimport torch\n')
    assert not scan(tmp_path, train="def main():\n    import os\n    os.environ['A'] = '1'\nimport torch\n")


def test_a_source_that_cannot_be_read_is_left_to_python(tmp_path: Path) -> None:
    assert not scan(tmp_path, train="x = = 3\n")
    assert not program.sets_environment_first(tmp_path / "missing.py")


def test_resolve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg" / "__main__.py").write_text("")
    (tmp_path / "pkg" / "train.py").write_text("")
    assert program.resolve("pkg/train.py", None, ("--a",)).stem == "train"
    assert program.resolve("pkg", None, ()).path == "pkg/__main__.py"
    assert program.resolve(None, "pkg.train", ()).path == str(tmp_path / "pkg" / "train.py")
    assert program.resolve(None, "pkg", ()).name == "-m pkg"
    with pytest.raises(UsageError, match=r"'pkg/trian\.py'.*Did you mean 'pkg/train\.py'"):
        program.resolve("pkg/trian.py", None, ())
    with pytest.raises(UsageError, match=r"No module named 'pkg\.other'"):
        program.resolve(None, "pkg.other", ())
