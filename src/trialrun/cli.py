"""The command line: arguments -> settings -> rehearsal -> report -> exit status. No logic of its own.

Torch is never imported here, and what a command needs is imported inside it, so that ``--help`` and ``explain``
answer at once.
"""

from __future__ import annotations

import difflib
import math
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click
from click.core import ParameterSource

from trialrun import __version__
from trialrun.errors import TrialrunError, UsageError

BUILT_STAGES = ("smoke",)

_Command = TypeVar("_Command", bound=Callable[..., Any])


class Commands(click.Group):
    """Takes a script in place of a command: ``trialrun train.py`` is short for ``trialrun run train.py``."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        word = args[0]
        if self.get_command(ctx, word) is not None:
            return super().resolve_command(ctx, args)
        if word.endswith(".py") or Path(word).is_file():
            return super().resolve_command(ctx, ["run", *args])
        close = difflib.get_close_matches(word, self.commands, 1)
        hint = f"Did you mean {close[0]!r}?" if close else f"The commands are {', '.join(self.commands)}."
        raise click.UsageError(f"{word!r} is neither a command nor a script. {hint}", ctx)


class RunCommand(click.Command):
    """Ends our options at SCRIPT, or behind ``-m MODULE`` as Python itself does."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        end, is_module = self._own(args)
        ours = args[:end]
        if not {"--help", "-h"} & set(ours):
            self._read_configuration(ctx)
        named = is_module and end <= len(args)  # else -m lacks its value, which click says
        return super().parse_args(ctx, [*ours, "--", *args[end:]] if named else args)

    def _own(self, args: Sequence[str]) -> tuple[int, bool]:
        """Number of words that are ours, and whether the last of them names a module."""
        takes_value = {name for option in self._options() if not option.is_flag for name in option.opts}
        index = 0
        while index < len(args):
            word = args[index]
            if word.startswith("-m"):
                return index + (2 if word == "-m" else 1), True
            if word in ("-", "--") or not word.startswith("-"):
                break
            index += 2 if word in takes_value else 1
        return index, False

    def _options(self) -> list[click.Option]:
        return [param for param in self.params if isinstance(param, click.Option)]

    def _read_configuration(self, ctx: click.Context) -> None:
        from trialrun.rehearsal import configuration

        options = {option.opts[-1].lstrip("-"): option for option in self._options() if option.name != "module"}
        keys = {
            name: configuration.Key(
                "flag" if option.is_flag else "list" if option.multiple else "value",
                isinstance(option.type, click.Path),
            )
            for name, option in options.items()
        }
        table = configuration.read(Path.cwd(), keys)
        ctx.default_map = {str(options[name].name): value for name, value in table.values.items()}
        ctx.meta["trialrun.configuration"] = table.path


def _seconds(ctx: click.Context, param: click.Parameter, value: Any) -> float:
    try:
        seconds = float(value)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < math.inf:
        raise click.BadParameter(f"{value!r} is not a number of seconds greater than 0.", ctx, param)
    return seconds


def _stages(ctx: click.Context, param: click.Parameter, value: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(part.strip() for part in value.split(",") if part.strip()))
    unknown = [name for name in names or (value,) if name not in BUILT_STAGES]
    if unknown:
        raise click.BadParameter(f"{unknown[0]!r} is no stage. The stages: {', '.join(BUILT_STAGES)}.", ctx, param)
    return names


def _report_options(command: _Command) -> _Command:
    """Options on what is shown, the same for every command that ends in a report."""
    for option in (
        click.option("--no-color", is_flag=True, help="No colours (also: NO_COLOR=1)."),
        click.option("--quiet", is_flag=True, help="Only the verdict and the findings; no progress."),
        click.option("--durations", is_flag=True, help="Show the time of each stage and part."),
        click.option(
            "--format",
            "formats",
            multiple=True,
            type=click.Choice(["terminal", "json"]),
            help="How to report; may be repeated. json goes to stdout unless --json names a file.",
        ),
        click.option(
            "--json",
            type=click.Path(allow_dash=True),
            metavar="FILE|-",
            help="Also write the JSON here; - is stdout.",
        ),
    ):
        command = option(command)
    return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="trialrun", message="%(prog)s %(version)s")
def commands() -> None:
    """Rehearse a PyTorch training program before it costs a night or a cluster.

    `trialrun SCRIPT.py ARGS...` is short for `trialrun run SCRIPT.py ARGS...`.
    """


@commands.command(cls=RunCommand, options_metavar="[OPTIONS]", context_settings={"allow_interspersed_args": False})
@click.option("-m", "module", metavar="MODULE", help="Rehearse a module instead of a script; ends our options.")
@click.option("--stages", callback=_stages, default="smoke", show_default=True, help="Stages, with commas between.")
@click.option(
    "--budget", callback=_seconds, default="120", show_default=True, metavar="SECONDS", help="For the whole rehearsal."
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
@click.option("--verbose", is_flag=True, help="Show the script's own output as it comes.")
@_report_options
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
        select=_codes("--select", select),
        ignore=_codes("--ignore", ignore),
        **plain,
    )
    wanted = output.destinations(formats, json, quiet=quiet, durations=durations, color=not no_color)
    console = output.console_on(sys.stderr, not no_color)
    from trialrun.rehearsal.plan import rehearse

    with progress.make(console, quiet=quiet, verbose=settings.verbose, own_terminal=not settings.pdb) as shown:
        result = rehearse(settings, shown)
    output.emit(view.build(result), wanted)
    return result.exit_status


@commands.command()
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


@commands.command()
@click.argument("run_dir", type=click.Path(path_type=Path))
@_report_options
def report(
    run_dir: Path, formats: tuple[str, ...], json: str | None, quiet: bool, durations: bool, no_color: bool
) -> int:
    """Show the report of a run again, or of one that was killed or is still running.

    The exit status is that of the run.
    """
    from trialrun.rehearsal import saved
    from trialrun.report import output

    wanted = output.destinations(formats, json, quiet=quiet, durations=durations, color=not no_color)
    shown = saved.load(run_dir)
    output.emit(shown, wanted)
    return shown.exit_status


def _codes(option: str, words: Sequence[str]) -> tuple[str, ...]:
    if not words:
        return ()
    from trialrun.checks import registry
    from trialrun.findings import selection

    return selection.check_words(option, words, {check.code: check.slug for check in registry.all_checks()})


def _set_in(error: click.ClickException) -> str:
    """Where a bad value stands, if it was not on the command line."""
    context, param = (error.ctx, error.param) if isinstance(error, click.BadParameter) else (None, None)
    if context is None or param is None or not param.name:
        return ""
    from_table = context.get_parameter_source(param.name) is ParameterSource.DEFAULT_MAP
    return f"It is set in {context.meta['trialrun.configuration']}.\n" if from_table else ""


def main(argv: Sequence[str] | None = None) -> int:
    """The exit status of the command line ``argv`` (default: the process's own)."""
    from trialrun.report import faults

    arguments = list(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a report never fails for a sign its encoding lacks
    try:
        return int(commands.main(arguments, prog_name="trialrun", standalone_mode=False) or 0)
    except click.exceptions.Abort:
        click.echo("trialrun: interrupted.", err=True)
        return 130
    except click.ClickException as error:
        error.show()
        click.echo(_set_in(error), err=True, nl=False)
        return error.exit_code
    except UsageError as error:
        click.echo(f"trialrun: {error}", err=True)
        return error.exit_status
    except Exception as error:
        click.echo(faults.describe(error, verbose="--verbose" in arguments), err=True)
        return error.exit_status if isinstance(error, TrialrunError) else 4
