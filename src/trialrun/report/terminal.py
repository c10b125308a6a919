"""The report for a terminal, a log file or a CI page: plain lines, no wider than the console.

Order is by what a reader needs first: the verdict in words, the findings, what was rehearsed, whether one batch was
learnt, what a part of the data taught, what the full run takes, what flowed through it, what it would do outside, where
the rest lies.
"""

from __future__ import annotations

from rich.console import Console

from trialrun.report import (
    estimate_section,
    expectations_section,
    experiments_section,
    findings_section,
    overfit_section,
    program_section,
    subset_section,
    tensor_section,
)
from trialrun.report import view as view_model
from trialrun.report.page import Page
from trialrun.report.result import RehearsalResult
from trialrun.report.view import View


def render(
    result: RehearsalResult, console: Console, *, quiet: bool = False, durations: bool = False, verbose: bool = False
) -> None:
    """Writes the report of ``result``, as :func:`render_view`."""
    render_view(view_model.build(result), console, quiet=quiet, durations=durations, verbose=verbose)


def render_view(
    view: View, console: Console, *, quiet: bool = False, durations: bool = False, verbose: bool = False
) -> None:
    """Writes the report.

    Args:
        view: what the rehearsal came to.
        console: where to; its width, colours and encoding are kept to.
        quiet: the verdict and the findings only.
        durations: also the seconds of each stage and part.
        verbose: also what can be pasted into the program.
    """
    page = Page(console)
    findings_section.verdict(page, view)
    findings_section.crash(page, view)
    findings_section.findings(page, view)
    if quiet:
        return
    program_section.rehearsed(page, view)
    overfit_section.overfit(page, view)
    experiments_section.experiments(page, view)
    subset_section.subset(page, view)
    estimate_section.estimate(page, view)
    tensor_section.batch(page, view)
    tensor_section.layers(page, view)
    tensor_section.gradients(page, view)
    tensor_section.loss_at_start(page, view)
    program_section.effects(page, view)
    if verbose:
        expectations_section.expectations(page, view)
    if durations:
        program_section.durations(page, view)
    program_section.footer(page, view)
