"""Commands that only read: ``trialrun explain`` a check's page, ``trialrun report`` a run that is over."""

from __future__ import annotations

from pathlib import Path

import click

from trialrun.cli import options


@click.command()
@click.argument("check", required=False, metavar="[CODE | SLUG]")
@click.option("--list", "list_all", is_flag=True, help="List every check.")
def explain(check: str | None, list_all: bool) -> int:
    """Show a check's page: what it finds, why that is bad, the fix, its limits."""
    from trialrun.checks import registry
    from trialrun.report import pages

    if (check is None) == (not list_all):
        raise click.UsageError("Give a check's code or slug, or --list.")
    checks = registry.all_checks()
    click.echo(pages.listing(checks) if check is None else pages.page(check, checks))
    return 0


@click.command()
@click.argument("run_dir", type=click.Path(path_type=Path))
@options.on_the_report
def report(
    run_dir: Path, formats: tuple[str, ...], json: str | None, quiet: bool, durations: bool, diff: bool, no_color: bool
) -> int:
    """Show the report of a run again, or of one that was killed or is still running.

    The exit status is that of the run.
    """
    from trialrun.rehearsal import saved
    from trialrun.report import output

    wanted = output.destinations(formats, json, quiet=quiet, durations=durations, diff=diff, color=not no_color)
    shown = saved.load(run_dir)
    output.emit(shown, wanted)
    return shown.exit_status
