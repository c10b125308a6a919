"""What the full run will take."""

from __future__ import annotations

from trialrun.report.numbers import counted, seconds, size
from trialrun.report.page import INDENT, Page
from trialrun.report.view import View


def estimate(page: Page, view: View) -> None:
    """Steps, time with its range, memory, bytes written; for this machine."""
    expected = view.estimate
    if expected is None:
        return
    epochs = f" in {counted(expected.epochs, 'epoch')}" if expected.epochs is not None else ""
    low, high = seconds(expected.duration_low_s), seconds(expected.duration_high_s)
    between = f" ({low} .. {high})" if low != high else ""
    device = f" and {size(expected.peak_device_bytes)} on the device" if expected.peak_device_bytes is not None else ""
    written = f"writes {size(expected.written_bytes)}" if expected.written_bytes else "writes nothing"
    steps = counted(expected.measured_steps, "step")
    timed = f" Timed on {steps} that were not watched." if expected.measured_steps else ""
    page.heading("The full run", "(estimated, on this machine)")
    page.paragraph(
        f"{counted(expected.steps, 'step')}{epochs}, {seconds(expected.duration_s)}{between}, "
        f"{size(expected.peak_memory_bytes)} of memory{device}, {written}.{timed}"
    )
    for note in expected.notes:
        page.paragraph(note, INDENT * 2)
