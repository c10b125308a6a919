"""Options: what their values may be, and those that several commands share."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

BUILT_STAGES = ("smoke", "overfit", "probe", "subset")  # in the order they run

_Command = TypeVar("_Command", bound=Callable[..., Any])


def seconds(ctx: click.Context, param: click.Parameter, value: Any) -> float:
    """The number of seconds that ``value`` writes."""
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not 0 < number < math.inf:
        raise click.BadParameter(f"{value!r} is not a number of seconds greater than 0.", ctx, param)
    return number


def share(ctx: click.Context, param: click.Parameter, value: Any) -> float:
    """The share of the training samples that ``value`` writes."""
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not 0 < number <= 1:
        raise click.BadParameter(f"{value!r} is not a share of the data, above 0 and up to 1.", ctx, param)
    return number


def stages(ctx: click.Context, param: click.Parameter, value: str) -> tuple[str, ...]:
    """The stages that ``value`` names, with commas between, in the order they run; smoke carries every other one."""
    names = [part.strip() for part in value.split(",") if part.strip()]
    unknown = [name for name in names or (value,) if name not in BUILT_STAGES]
    if unknown:
        raise click.BadParameter(f"{unknown[0]!r} is no stage. The stages: {', '.join(BUILT_STAGES)}.", ctx, param)
    return tuple(stage for stage in BUILT_STAGES if stage in names or stage == "smoke")


def on_the_report(command: _Command) -> _Command:
    """Options on what is shown, the same for every command that ends in a report."""
    for option in (
        click.option("--no-color", is_flag=True, help="No colours (also: NO_COLOR=1)."),
        click.option("--quiet", is_flag=True, help="Only the verdict and the findings; no progress."),
        click.option("--diff", is_flag=True, help="Print the mends as one patch on stdout; the report goes to stderr."),
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


def codes(option: str, words: Sequence[str]) -> tuple[str, ...]:
    """The codes, slugs and prefixes of ``option``, once each of them stands for a check."""
    if not words:
        return ()
    from trialrun.checks import registry
    from trialrun.findings import selection

    return selection.check_words(option, words, {check.code: check.slug for check in registry.all_checks()})
