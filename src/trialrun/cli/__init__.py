"""The command line: arguments -> settings -> rehearsal -> report -> exit status. No logic of its own.

Torch is never imported here, and what a command needs is imported inside it, so that ``--help`` and ``explain``
answer at once.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click
from click.core import ParameterSource

from trialrun import __version__
from trialrun.cli.env_command import env
from trialrun.cli.numerics_command import numerics
from trialrun.cli.reading_commands import explain, report
from trialrun.cli.run_command import run
from trialrun.cli.words import Commands
from trialrun.errors import ScriptError, TrialrunError, UsageError


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="trialrun", message="%(prog)s %(version)s")
def commands() -> None:
    """Rehearse a PyTorch training program before it costs a night or a cluster.

    `trialrun SCRIPT.py ARGS...` is short for `trialrun run SCRIPT.py ARGS...`.
    """


commands.add_command(run)
commands.add_command(numerics)
commands.add_command(explain)
commands.add_command(env)
commands.add_command(report)


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
        return int(
            commands.main(arguments, prog_name="trialrun", standalone_mode=False, obj=("trialrun", *arguments)) or 0
        )
    except click.exceptions.Abort:
        click.echo("trialrun: interrupted.", err=True)
        return 130
    except click.ClickException as error:
        error.show()
        click.echo(_set_in(error), err=True, nl=False)
        return error.exit_code
    except (UsageError, ScriptError) as error:
        click.echo(f"trialrun: {error}", err=True)
        return error.exit_status
    except Exception as error:
        click.echo(faults.describe(error, verbose="--verbose" in arguments), err=True)
        return error.exit_status if isinstance(error, TrialrunError) else 4
