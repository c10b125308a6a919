"""The page of a real result as Chromium lays it out: what can be read, how wide it is, what it loads."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from trialrun import numerics
from trialrun.evidence.numerics import NumericsResult
from trialrun.report.numerics import plots

CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on the PATH, which lays the page out")

WIDTHS = (1280, 400)  # CSS pixels: a desktop's window, a telephone's

# Frames, as a headless window is at least 500 pixels wide. Tables are opened: nothing else is as wide.
WRAPPER = """<!doctype html><meta charset="utf-8"><title>wrapper</title>{frames}<script>
addEventListener("load", () => {{
  const found = [...document.querySelectorAll("iframe")].map(frame => {{
    const page = frame.contentDocument, root = page.documentElement;
    const shut = page.body.innerText;
    page.querySelectorAll("details").forEach(one => {{ one.open = true }});
    const drawn = [...page.querySelectorAll("svg text")].map(text => {{
      const box = text.getBoundingClientRect(), svg = text.ownerSVGElement.getBoundingClientRect();
      const inside = box.width > 0 && box.left >= svg.left && box.right <= svg.right
        && box.top >= svg.top && box.bottom <= svg.bottom;
      return [text.textContent, inside];
    }});
    const loaded = frame.contentWindow.performance.getEntriesByType("resource").map(one => one.name);
    return {{title: page.title, shut, drawn, loaded, width: root.clientWidth, needed: root.scrollWidth}};
  }});
  document.documentElement.setAttribute("data-found", JSON.stringify(found));
}});
</script>"""


@dataclass(frozen=True)
class Layout:
    """One frame: ``width`` and ``needed`` in CSS pixels; ``drawn``: each text of a plot, and whether it is inside."""

    title: str
    shut: str  # what can be read before a table is opened
    drawn: list[tuple[str, bool]]
    loaded: list[str]
    width: int
    needed: int


class MeanAdded(nn.Module):
    """Sums a row in another order where there is more than one: a layer that creates a difference on any machine."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        total = torch.zeros(len(x))
        for part in x.unbind(1) if len(x) == 1 else x.flip(1).unbind(1):
            total = total + part
        return x + total[:, None] / x.shape[1]


def block() -> nn.Module:
    parts: dict[str, nn.Module] = {"mean_of_the_residual_stream": MeanAdded(), "norm": nn.LayerNorm(40)}
    return nn.Sequential(OrderedDict(parts))


@pytest.fixture(scope="module")
def result() -> NumericsResult:
    torch.manual_seed(0)
    tower = nn.Sequential(block(), block())
    model = nn.Sequential(OrderedDict({"encoder_of_the_left_tower": tower, "head": nn.Linear(40, 3)}))
    return numerics.batch(model, torch.randn(8, 40), limit=8)


@pytest.fixture(scope="module")
def page(result: NumericsResult, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("page")
    plots.leave(result, folder)
    return folder / plots.PAGE


def dumped(page: Path, profile: Path) -> str:
    """The document that Chromium has made of the file, once it is loaded."""
    assert CHROMIUM is not None
    quiet = ["quic", "background-networking", "component-update", "sync", "gpu"]
    command = [CHROMIUM, "--headless", "--no-sandbox", "--no-first-run", *(f"--disable-{what}" for what in quiet)]
    command += [f"--user-data-dir={profile}", "--dump-dom", page.as_uri()]
    at_home = {"XDG_CONFIG_HOME": str(profile), "XDG_CACHE_HOME": str(profile)}  # it leaves things there else
    done = subprocess.run(
        command, capture_output=True, encoding="utf-8", timeout=60, check=True, env={**os.environ, **at_home}
    )
    return done.stdout


def laid_out(text: str, folder: Path) -> list[Layout]:
    """``text`` in a frame of each of the widths."""
    frame = '<iframe style="border: 0; width: {}px; height: 4000px" srcdoc="{}"></iframe>'
    wrapper = folder / "wrapper.html"
    frames = "".join(frame.format(width, html.escape(text)) for width in WIDTHS)
    wrapper.write_text(WRAPPER.format(frames=frames), encoding="utf-8")
    found = re.search(r'<html[^>]* data-found="([^"]*)"', dumped(wrapper, folder / "profile"))
    assert found, "the script of the wrapper did not run"
    frames_found: list[dict[str, Any]] = json.loads(html.unescape(found[1]))
    return [Layout(**{**one, "drawn": [(words, inside) for words, inside in one["drawn"]]}) for one in frames_found]


def test_what_was_measured_can_be_read_and_nothing_is_wider_than_the_page(
    result: NumericsResult, page: Path, tmp_path: Path
) -> None:
    layouts = laid_out(page.read_text(encoding="utf-8"), tmp_path)
    assert [layout.width for layout in layouts] == list(WIDTHS)
    for layout in layouts:
        title = f"numerics batch model: {result.verdict.value}"
        assert layout.title == title
        assert title in layout.shut
        assert result.reason in layout.shut
        words = [text for text, _ in layout.drawn]
        means = [f"MeanAdded encode…_tower.{number}.mean_o…_stream" for number in (0, 1)]
        norms = [f"LayerNorm encoder_of_…_left_tower.{number}.norm" for number in (0, 1)]
        assert {*means, *norms, "Linear head", "fp32 eager", "batch size", "created here"} <= set(words)
        assert {str(size) for size in range(1, 9)} <= set(words)
        assert [text for text, inside in layout.drawn if not inside] == []
        assert layout.needed == layout.width
        assert layout.loaded == []


def test_a_page_that_is_too_wide_or_loads_something_is_noticed(page: Path, tmp_path: Path) -> None:
    text = page.read_text(encoding="utf-8").replace("overflow-x: auto", "overflow-x: visible")
    text = text.replace("_tower.1.norm</text>", "_tower.1.norm" + "m" * 30 + "</text>")
    text = text.replace("</body>", '<img src="http://127.0.0.1:9/far.png" alt=""></body>')
    wide, narrow = laid_out(text, tmp_path)
    assert wide.needed == wide.width
    assert narrow.needed > narrow.width
    for layout in (wide, narrow):
        assert len([words for words, inside in layout.drawn if not inside]) == 1
        assert layout.loaded == ["http://127.0.0.1:9/far.png"]


def test_the_file_by_itself_is_read_as_utf_8_and_refers_to_nothing_elsewhere(page: Path, tmp_path: Path) -> None:
    document = dumped(page, tmp_path / "profile")
    assert "LayerNorm encoder_of_…_left_tower.1.norm</text>" in document
    assert re.findall(r"https?:|\b(?:src|href)=|url\(|@import", document) == []
