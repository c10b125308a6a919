"""What came of training on a part of the data, beside what simple methods make of the same samples."""

from __future__ import annotations

from trialrun.evidence.subset import SubsetRecord
from trialrun.report.numbers import counted, number, seconds
from trialrun.report.page import INDENT, Page
from trialrun.report.view import View

LAST_SHARE = 0.1  # of the updates: the mean of their losses is what the loss came to
LARGE = 0.995  # a share of the data that reads as all of it


def subset(page: Page, view: View) -> None:
    """A line for each training; one that was not run has told its reason as a stage."""
    ran = [record for record in view.subset if record.outcome == "ran"]
    if not ran:
        return
    page.heading("A part of the data", f"(at {ran[0].where})" if ran[0].where else "")
    for record in ran:
        label = "" if record.kind == "as it is" else f"with {record.kind}"
        page.paragraph(_sentence(record), INDENT, f"{label}:" if label else "")


def _sentence(record: SubsetRecord) -> str:
    words = ", ".join((*_part(record), counted(record.updates, "update")))
    if record.losses:
        last = record.losses[-max(1, round(LAST_SHARE * len(record.losses))) :]
        words += f": loss {number(record.losses[0])} -> {number(sum(last) / len(last))}"
    scores = [score for score in record.scores if score.phase == "evaluation" and score.score is not None]
    if record.metric and scores:
        words += f", {record.metric} {number(scores[-1].score)} on {counted(scores[-1].samples, 'sample')}"
    if record.baselines:
        words += f" ({', '.join(f'{name} {number(score)}' for name, score in record.baselines.items())})"
    return f"{words}. It took {seconds(record.seconds)}."


def _part(record: SubsetRecord) -> tuple[str, ...]:
    """What was trained on and how often; nothing where batches are drawn without end and have no epochs."""
    epochs = counted(record.epochs, "epoch")
    samples = counted(record.samples, "sample")
    if record.share is None:
        return (samples, epochs) if record.samples else ()
    part = "All of the data" if record.share > LARGE else f"{100 * record.share:.0f} % of the data"
    return (f"{part} ({samples})" if record.samples else part, epochs)
