"""Plots of hand-made rows: what is in which cell, a page that needs nothing else, and PNG files where they can be."""

from __future__ import annotations

import html.parser
import math
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from trialrun.evidence.numerics import NumericsResult, Verdict
from trialrun.evidence.numerics_columns import case_row
from trialrun.report.numerics import plot_images, plot_page, plots
from trialrun.report.numerics.cells import CLASSES, LEVELS, Plot


def case(size: int, number: int, ulp: float = 0.0, path: str = "eager", **more: Any) -> dict[str, Any]:
    values = {"dtype": "fp32", "fp32_precision": "ieee", "role": "output", "layer": "", "verdict": "ROUNDING"}
    values |= {"path": path, "batch_size": size, "class_id": number, "ulp_at_row_max": ulp}
    return case_row(**{**values, **more})


def layer(name: str, size: int, ulp: float, role: str | None) -> dict[str, Any]:
    values = {"dtype": "fp32", "fp32_precision": "ieee", "path": "eager", "batch_size": size}
    return case_row(**values, layer=name, role=role, ulp_at_row_max=ulp)


ROWS = (
    case(1, 0), case(2, 1, 2.0), case(2, 1, 3.5), case(4, 1, 1.0), case(1, 0, path="eager+pad"),
    case_row(path="onnx", dtype="fp32", fp32_precision="ieee", verdict="UNSUPPORTED", reason="no onnx"),
    layer("net.0:Linear", 2, 1.5, "originator"), layer("net.1:ReLU", 2, 1.5, "carrier"),
    layer("net.1:ReLU", 4, math.inf, "carrier"), layer("<b>:Tanh", 2, 0.0, None),
)  # fmt: skip


def texts(plot: Plot) -> dict[str, list[str]]:
    return {label: [cell.text if cell else "-" for cell in cells] for label, cells in plot.rows}


def result(*rows: dict[str, Any]) -> NumericsResult:
    return NumericsResult(
        "batch", "a<b:make", Verdict.ROUNDING, "1 < 2", ("one line",), "Do & see.", "caught", rows=rows
    )


def test_classes_are_letters_by_batch_size() -> None:
    found = plots.plots_of(ROWS)[0]
    assert found.sizes == (1, 2, 4)
    assert texts(found) == {"fp32 eager": ["A", "B", "B"], "fp32 eager+pad": ["A", "-", "-"]}
    assert found.rows[0][1][1].tip == "batch of 2: class B, at most 3.5 ULP from the sample alone"  # type: ignore[union-attr]


def test_layers_have_their_largest_distance_and_who_creates_it_is_marked() -> None:
    found = plots.plots_of(ROWS)[1]
    assert texts(found) == {"Linear net.0": ["1.5", "-"], "ReLU net.1": ["1.5", "inf"], "Tanh <b>": ["0", "-"]}
    marked = [label for label, cells in found.rows if any(cell and cell.marked for cell in cells)]
    assert marked == ["Linear net.0"]
    shades = [cells[0].shade for _, cells in found.rows if cells[0]]
    assert shades == [LEVELS[2][1], LEVELS[2][1], LEVELS[0][1]]


def test_precisions_have_rows_of_their_own() -> None:
    found = plots.plots_of([case(1, 0), case(1, 0, fp32_precision="tf32")])
    assert list(texts(found[0])) == ["fp32 eager (ieee)", "fp32 eager (tf32)"]


def test_of_many_layers_those_that_differ_most_are_shown_in_their_order() -> None:
    rows = [layer(f"{number}:Linear", 2, float(number % 50), "carrier") for number in range(60)]
    found = plots.plots_of(rows)[0]
    assert len(found.rows) == plots.MOST_LAYERS
    assert f"Of 60 layers the {plots.MOST_LAYERS} that differ most" in found.says
    assert [label for label, _ in found.rows] == sorted(texts(found), key=lambda label: int(label.split()[1]))
    assert "Linear 0" not in texts(found)


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "0"), (0.03125, "0.031"), (8.0, "8"), (123.4, "123"), (1.7e7, "2e7"), (math.inf, "inf")]
)
def test_numbers_fit_their_cells(value: float, text: str) -> None:
    assert next(iter(texts(plots.plots_of([layer("a:B", 2, value, None)])[0]).values())) == [text]


class _Tags(html.parser.HTMLParser):
    """Fails where tags are not closed in turn."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in ("meta", "rect"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_is_whole_and_needs_nothing_else() -> None:
    text = plot_page.page(result(*ROWS), plots.plots_of(ROWS))
    tags = _Tags()
    tags.feed(text)
    assert tags.open == []
    names = [tag for tag, _ in tags.seen]
    assert not {"script", "img", "link", "iframe"} & set(names)
    assert not re.search(r"https?:|url\(|@import", text)
    assert "a&lt;b:make: ROUNDING" in text
    assert "Do &amp; see." in text
    assert "Tanh &lt;b&gt;" in text
    assert "<b>" not in text


def test_the_page_can_be_read_without_seeing_it_and_in_the_dark() -> None:
    text = plot_page.page(result(*ROWS), plots.plots_of(ROWS))
    tags = _Tags()
    tags.feed(text)
    drawings = [attributes for tag, attributes in tags.seen if tag == "svg"]
    assert [one["role"] for one in drawings] == ["img", "img"]
    ids = {attributes.get("id") for _, attributes in tags.seen}
    assert all(set(str(one["aria-labelledby"]).split()) <= ids for one in drawings)
    assert text.count("<table>") == 2
    assert "1.5 (creates it)" in text
    assert "prefers-color-scheme: dark" in text
    assert all(text.count(f"rect.{shade.name} ") == 2 for shade in CLASSES)


def labels(*names: str) -> list[str]:
    """What stands beside the rows of the plot of these layers."""
    text = plot_page.page(result(), plots.plots_of([layer(f"{name}:Linear", 2, 1.0, None) for name in names]))
    return re.findall(r"<g><title>Linear [^<]*</title><text[^>]*>([^<]*)</text></g>", text)


def test_long_names_of_layers_keep_the_numbers_of_their_blocks() -> None:
    name = "transformer.encoder_layers_of_the_tower.11.feed_forward_projections.0"
    assert labels("net.0", name) == ["Linear net.0", "Linear tra…rmer.enco…ower.11.feed…ions.0"]
    assert labels("a" * 60) == ["Linear " + "a" * 16 + "…" + "a" * 16]
    assert labels("12." * 20 + "weights") == ["Linear " + "12." * 20 + "we…hts"]  # numbers never


def test_names_that_would_read_the_same_stay_whole() -> None:
    names = [f"blocks.0.{'cross_attention' * 2}_{which}_{'projection' * 2}" for which in ("query", "value")]
    assert labels(*names) == [f"Linear {name}" for name in names]


def test_the_legend_says_what_an_outline_means_where_there_is_one() -> None:
    for role, times in (("originator", 1), ("carrier", 0)):
        text = plot_page.page(result(), plots.plots_of([layer("a:B", 2, 1.5, role)]))
        assert len(re.findall(r'<rect class="mark"[^>]*/><text[^>]*>created here</text>', text)) == times
        assert text.count('<rect class="mark"') == 2 * times  # the cell and the legend


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("shade", [*CLASSES, *(shade for _, shade in LEVELS)], ids=lambda shade: shade.name)
def test_letters_stand_out_from_their_cells(shade: Any) -> None:
    for pair in (shade.light, shade.dark):
        high, low = sorted((_luminance(colour) for colour in pair), reverse=True)
        assert (high + 0.05) / (low + 0.05) >= 4.5  # WCAG 2.1, 1.4.3


def test_what_is_left_is_told(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    plots.leave(result(*ROWS), tmp_path)
    assert plots.written(tmp_path) == "numerics.html (classes.png, ulp.png)"
    assert all((tmp_path / name).read_bytes().startswith(b"\x89PNG") for name in ("classes.png", "ulp.png"))
    plots.leave(result(), tmp_path)  # nothing of an earlier run stays
    assert plots.written(tmp_path) == ""
    assert list(tmp_path.iterdir()) == []


def test_without_matplotlib_there_is_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)  # as where it is not installed
    plots.leave(result(*ROWS), tmp_path)
    assert not plot_images.write(plots.plots_of(ROWS), tmp_path)
    assert plots.written(tmp_path) == "numerics.html (PNG files too where matplotlib is installed)"
