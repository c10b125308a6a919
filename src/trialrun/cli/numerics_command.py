"""``trialrun numerics``: experiments on the numbers of a model, or of a script."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from trialrun.cli import options

TARGET = "PKG.MODULE:FACTORY | -- SCRIPT [ARGS]..."


def _words(*known: str) -> Callable[[click.Context, click.Parameter, str], tuple[str, ...]]:
    """Reads words with commas between, each one of ``known``."""

    def read(ctx: click.Context, param: click.Parameter, value: str) -> tuple[str, ...]:
        words = tuple(word.strip().lower() for word in value.split(",") if word.strip())
        for word in words:
            if word not in known:
                raise click.BadParameter(f"{word!r} is none of {', '.join(known)}.", ctx, param)
        return words

    return read


def _counts(ctx: click.Context, param: click.Parameter, value: str) -> tuple[int, ...]:
    """Whole numbers of 1 and more with commas between."""
    words = [word.strip() for word in value.split(",") if word.strip()]
    if not words or not all(word.isdecimal() and int(word) for word in words):
        raise click.BadParameter(f"{value!r} is not one or more counts of 1 and above, as in 1,2.", ctx, param)
    return tuple(int(word) for word in words)


_OPTIONS: dict[str, Any] = {
    "dtypes": click.option(
        "--dtype", "dtypes", callback=_words("fp32", "fp64", "bf16", "fp16"), default="fp32", show_default=True,
        metavar="NAMES", help="Of fp32, fp64, bf16 and fp16, with commas between.",
    ),
    "fp32_precision": click.option(
        "--fp32-precision", callback=_words("ieee", "tf32", "bf16"), default="ieee", show_default=True,
        metavar="NAMES", help="Of products in fp32: of ieee, tf32 and bf16; each in a process of its own.",
    ),
    "paths": click.option(
        "--path", "paths", callback=_words("eager", "compile", "export", "onnx"), default="eager", show_default=True,
        metavar="NAMES", help="Of eager, compile, export and onnx.",
    ),
    "mitigations": click.option(
        "--mitigations", is_flag=True, help="Measure what each known mitigation fixes, and what it costs.",
    ),
    "device": click.option("--device", default="cpu", show_default=True, help="cpu, cuda, cuda:1, mps, ..."),
    "limit": click.option(
        "--limit", type=click.IntRange(2), default=64, show_default=True, help="Largest batch size, in samples.",
    ),
    "micro_batches": click.option("--micro-batches", type=click.IntRange(2), default=4, show_default=True),
    "ragged": click.option(
        "--ragged/--even", default=True, show_default=True, help="Also with a smaller last micro-batch.",
    ),
    "stop": click.option(
        "--stop", type=click.IntRange(1), default=3, show_default=True, help="Updates before the stop.",
    ),
    "steps": click.option(
        "--steps", type=click.IntRange(3), default=3, show_default=True, help="Updates that are compared.",
    ),
    "threads": click.option(
        "--threads", callback=_counts, default="1,2", show_default=True, metavar="COUNTS",
        help="Of torch, with commas between.",
    ),
    "workers": click.option(
        "--workers", type=click.IntRange(0), default=2, show_default=True, help="Worker processes of the loader.",
    ),
    "epochs": click.option("--epochs", type=click.IntRange(2), default=2, show_default=True),
    "expect": click.option(
        "--expect", callback=_words("coupled"), default="", metavar="VERDICT", help="Declare it legitimate: coupled.",
    ),
    "csv": click.option(
        "--csv", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write one row a case here.",
    ),
    "seed": click.option("--seed", type=int, default=0, show_default=True),
}  # fmt: skip
_EVERYWHERE = (
    click.option("--no-color", is_flag=True, help="No colours (also: NO_COLOR=1)."),
    click.option("--quiet", is_flag=True, help="Only the verdict, its reason and what to do."),
    click.option(
        "--budget",
        callback=options.seconds,
        default="600",
        show_default=True,
        metavar="SECONDS",
        help="For the whole experiment.",
    ),
    click.option(
        "--out",
        type=click.Path(path_type=Path),
        metavar="DIR",
        help="Run folder.  [default: .trialrun/TIME-EXPERIMENT-TARGET/]",
    ),
    click.option(
        "--json",
        type=click.Path(allow_dash=True, dir_okay=False),
        metavar="FILE|-",
        help="Also write the result as JSON here; - is stdout.",
    ),
)

# What is built: the question each answers, and the options it heeds.
EXPERIMENTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "batch": (
        "Is a sample's output independent of the batch it is in?",
        ("dtypes", "fp32_precision", "paths", "mitigations", "limit", "device", "seed", "expect", "csv"),
    ),
    "accum": (
        "Do the gradients of several micro-batches add up to the gradient of one batch?",
        ("micro_batches", "ragged", "device", "seed", "expect"),
    ),
    "resume": (
        "Does a training that was stopped and resumed go on bit for bit? If not, which state is missing?",
        ("stop", "steps", "seed"),
    ),
    "determinism": (
        "Does the same seed give the same training twice? And with other threads, and another hash seed?",
        ("steps", "threads", "seed"),
    ),
    "workers": (
        "Are the random streams of a loader's worker processes distinct by worker and by epoch?",
        ("workers", "epochs", "seed"),
    ),
    "associativity": ("How far do sums of the target's own numbers depend on their order?", ("dtypes",)),
}


class _Experiments(click.Group):
    """Experiments as commands; an unknown one gets the nearest name."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if self.get_command(ctx, args[0]) is None:
            close = difflib.get_close_matches(args[0], self.commands, 1)
            hint = f"Did you mean {close[0]!r}?" if close else f"The experiments are {', '.join(self.commands)}."
            raise click.UsageError(f"{args[0]!r} is no experiment. {hint}", ctx)
        return super().resolve_command(ctx, args)


@click.group(cls=_Experiments)
def numerics() -> None:
    """Answer a question of numerics: BITWISE, ROUNDING, COUPLED, BUG, INCONCLUSIVE or UNSUPPORTED.

    The target is PKG.MODULE:FACTORY, where FACTORY() returns (model, batch) or (model, batch, loss), with
    loss(model, batch) one number; or, behind --, a script with its arguments, whose own model and batch are taken.

    Exit status: 0 bitwise, rounding, or declared by --expect; 1 coupled or a bug; 2 bad usage; 3 the script crashed;
    4 a fault of trialrun's own; 5 nothing could be told.
    """


def _command(name: str, question: str, heeded: tuple[str, ...]) -> click.Command:
    def run(words: tuple[str, ...], **given: Any) -> int:
        return _measure(name, words, **given)

    run.__doc__ = question
    command: Any = click.argument("words", nargs=-1, type=click.UNPROCESSED, metavar=TARGET)(run)
    for option in (*_EVERYWHERE, *(_OPTIONS[key] for key in reversed(heeded))):
        command = option(command)
    settings = {"allow_interspersed_args": False}  # what follows the target is the script's
    return click.command(name, context_settings=settings)(command)


for _name, (_question, _heeded) in EXPERIMENTS.items():
    numerics.add_command(_command(_name, _question, _heeded))


@numerics.command()
@click.option("--gate", is_flag=True, help="Refuse tables of unequal environments: for a regression test.")
@click.option(
    "--json", type=click.Path(allow_dash=True, dir_okay=False), metavar="FILE|-", help="Also write it as JSON."
)
@click.option("--quiet", is_flag=True, help="Only the verdict and its reason.")
@click.option("--no-color", is_flag=True, help="No colours (also: NO_COLOR=1).")
@click.argument("one", type=click.Path(path_type=Path))
@click.argument("other", type=click.Path(path_type=Path))
def diff(one: Path, other: Path, gate: bool, json: str | None, quiet: bool, no_color: bool) -> int:
    """Compare two CSVs of one experiment: other machines, versions, or before and after a change."""
    from trialrun.rehearsal import differing
    from trialrun.report.numerics import output

    output.check(None, json)
    result = differing.compare(one, other, gate)
    output.emit(result, None, csv=None, json=json, quiet=quiet, color=not no_color)
    return result.exit_status


def _measure(
    experiment: str,
    words: tuple[str, ...],
    json: str | None,
    out: Path | None,
    budget: float,
    quiet: bool,
    no_color: bool,
    csv: Path | None = None,
    **chosen: Any,
) -> int:
    from trialrun.evidence.numerics import Options
    from trialrun.rehearsal import measuring
    from trialrun.report.numerics import output

    if not words:
        raise click.UsageError(f"On what? `trialrun numerics {experiment} PKG.MODULE:FACTORY`, or `-- SCRIPT [ARGS]`.")
    output.check(csv, json)
    chosen["expect"] = tuple(word.upper() for word in chosen.get("expect", ()))
    command = click.get_current_context().obj or ()
    settings = measuring.MeasureSettings(experiment, words[0], words[1:], Options(**chosen), budget, command, out)
    result, folder = measuring.measure(settings)
    output.emit(result, folder, csv=csv, json=json, quiet=quiet, color=not no_color)
    return result.exit_status
