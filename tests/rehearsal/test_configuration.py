"""``[tool.trialrun]`` in the user's ``pyproject.toml``."""

from __future__ import annotations

from pathlib import Path

import pytest

from trialrun.errors import UsageError
from trialrun.rehearsal.configuration import Key, read

KEYS = {
    "budget": Key("value"),
    "select": Key("list"),
    "quiet": Key("flag"),
    "out": Key("value", is_path=True),
    "json": Key("value", is_path=True),
    "allow-write": Key("list", is_path=True),
}


def write(folder: Path, text: str) -> Path:
    path = folder / "pyproject.toml"
    path.write_text(text)
    return path


def test_no_file_no_table(tmp_path: Path) -> None:
    table = read(tmp_path, KEYS)
    assert (table.path, table.values) == (None, {})


def test_values_have_their_kinds_and_paths_their_folder(tmp_path: Path) -> None:
    text = '[tool.trialrun]\nbudget = 3.5\nselect = "GRD"\nquiet = true\n'
    text += 'out = "runs"\njson = "-"\nallow-write = ["a", "/b"]\n'
    path = write(tmp_path, text)
    below = tmp_path / "src" / "deep"
    below.mkdir(parents=True)
    table = read(below, KEYS)
    assert table.path == path
    assert table.values == {
        "budget": 3.5,
        "select": ["GRD"],
        "quiet": True,
        "out": str(tmp_path / "runs"),
        "json": "-",
        "allow-write": [str(tmp_path / "a"), "/b"],
    }


def test_the_nearest_file_that_has_the_table_counts(tmp_path: Path) -> None:
    write(tmp_path, "[tool.trialrun]\nbudget = 1")
    below = tmp_path / "package"
    below.mkdir()
    write(below, '[project]\nname = "x"')
    assert read(below, KEYS).values == {"budget": 1}
    write(below, '[project]\ndependencies = ["trialrun"]')
    assert read(below, KEYS).values == {"budget": 1}
    write(below, "[tool.trialrun]")
    assert read(below, KEYS).values == {}


def test_a_broken_file_without_our_name_is_no_business_of_ours(tmp_path: Path) -> None:
    write(tmp_path, "[tool.")
    assert read(tmp_path, KEYS).values == {}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[tool.trialrun\n", "is not valid TOML"),
        ("tool.trialrun = 3", "tool.trialrun = 3 must be a table"),
        ("[tool.trialrun]\nselct = []", "has no key 'selct'. Did you mean select?"),
        ("[tool.trialrun]\nxyz = []", "It may hold allow-write, budget, json, out, quiet, select."),
        ("[tool.trialrun]\nselect = [1]", "select = [1] must be a list of texts."),
        ('[tool.trialrun]\nquiet = "yes"', "quiet = 'yes' must be true or false."),
        ("[tool.trialrun]\nbudget = []", "budget = [] must be a text or a number."),
    ],
)
def test_what_is_wrong_is_repeated_with_its_file(tmp_path: Path, text: str, told: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(UsageError) as caught:
        read(tmp_path, KEYS)
    assert str(caught.value).startswith(f"{path}: ")
    assert told in str(caught.value)
