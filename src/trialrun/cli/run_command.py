"""``trialrun run``: the rehearsal."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from trialrun.cli import options
from trialrun.cli.words import RunCommand


@click.command(cls=RunCommand, options_metavar="[OPTIONS]", context_settings={"allow_interspersed_args": False})
@click.option("-m", "module", metavar="MODULE", help="Rehearse a module instead of a script; ends our options.")
@click.option(
    "--stages",
    callback=options.stages,
    default=",".join(options.BUILT_STAGES),
    show_default=True,
    help="Stages, with commas between; overfit and probe run within smoke, and probe on what overfit repeats.",
)
@click.option(
    "--budget",
    callback=options.seconds,
    default="120",
    show_default=True,
    metavar="SECONDS",
    help="For the whole rehearsal.",
)
@click.option(
    "--subset",
    callback=options.share,
    default="0.1",
    show_default=True,
    metavar="SHARE",
    help="Of the training samples, for the subset stage.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Run folder.  [default: .trialrun/TIME-SCRIPT/]",
)
@click.option("--select", multiple=True, metavar="CODES", help="Report only these: codes, slugs or prefixes (GRD).")
@click.option("--ignore", multiple=True, metavar="CODES", help="Do not report these.")
@click.option("--fail-on", type=click.Choice(["error", "warning"]), default="error", show_default=True)
@click.option(
    "--baseline", type=click.Path(path_type=Path), metavar="FILE", help="Report only what this report.json lacks."
)
@click.option(
    "--allow-write", multiple=True, type=click.Path(path_type=Path), metavar="PATH", help="May really be written."
)
@click.option("--allow-network", is_flag=True, help="Permit connections after the first update.")
@click.option("--allow-exec", multiple=True, metavar="NAME", help="Permit this program after the first update.")
@click.option(
    "--containment",
    type=click.Choice(["auto", "overlay", "landlock", "redirection"]),
    default="auto",
    show_default=True,
    help="How writes are kept from your files.",
)
@click.option(
    "--start",
    type=click.Choice(["auto", "warm", "cold"]),
    default="auto",
    show_default=True,
    help="From a process that has imported torch, or anew.",
)
@click.option("--pdb", is_flag=True, help="Open the debugger where the script crashes.")
@click.option("--verbose", is_flag=True, help="The script's output as it comes; trialrun.expect lines to paste.")
@click.option("--fix", is_flag=True, help="Write the mends of the findings shown into your files.")
@options.on_the_report
@click.argument("words", nargs=-1, type=click.UNPROCESSED, metavar="SCRIPT [ARGS]...")
def run(
    words: tuple[str, ...],
    module: str | None,
    stages: tuple[str, ...],
    budget: float,
    formats: tuple[str, ...],
    json: str | None,
    quiet: bool,
    durations: bool,
    diff: bool,
    no_color: bool,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    **plain: Any,
) -> int:
    """Run all of a program, its loops cut short, and say what is wrong with it.

    Options of ours end at SCRIPT (or at -m MODULE); all after it goes to the script untouched. The options may also
    stand in [tool.trialrun] of pyproject.toml; the command line wins.

    Exit status: 0 no finding at the --fail-on level, 1 findings, 2 bad usage, 3 the script crashed, 4 a fault of
    trialrun's own, 5 nothing could be judged, 130 interrupted.
    """
    from trialrun.rehearsal.settings import Settings
    from trialrun.report import output, progress, view

    if module is None and not words:
        raise click.UsageError("Which script? `trialrun run [OPTIONS] SCRIPT [ARGS]...`")
    settings = Settings(
        script=None if module else words[0],
        module=module,
        argv=words if module else words[1:],
        stages=stages,
        budget_s=budget,
        select=options.codes("--select", select),
        ignore=options.codes("--ignore", ignore),
        command=click.get_current_context().obj or (),
        **plain,
    )
    wanted = output.destinations(
        formats, json, quiet=quiet, durations=durations, diff=diff, color=not no_color, verbose=settings.verbose
    )
    console = output.console_on(sys.stderr, not no_color)
    from trialrun.rehearsal.plan import rehearse

    with progress.make(console, quiet=quiet, verbose=settings.verbose, own_terminal=not settings.pdb) as shown:
        result = rehearse(settings, shown)
    output.emit(view.build(result), wanted)
    return result.exit_status
