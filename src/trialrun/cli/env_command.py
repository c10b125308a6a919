"""``trialrun env``: what a reader needs to reproduce a result here."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.option("--format", "form", type=click.Choice(["text", "json", "md"]), default="text", show_default=True)
@click.option(
    "--data",
    multiple=True,
    type=click.Path(path_type=Path, exists=True),
    metavar="PATH",
    help="Also the SHA-256 of this file, or of all files in this folder.",
)
def env(form: str, data: tuple[Path, ...]) -> int:
    """Show what results depend on here: versions, precision, determinism, threads, packages, source, seeds.

    Environment variables are taken from a list of those that change what torch computes; no other value is shown.
    """
    import json

    from trialrun.rehearsal import measuring, reproducing
    from trialrun.report import environment_page

    environment = reproducing.record(measuring.settings_here(), Path.cwd(), data)
    if form == "json":
        click.echo(json.dumps(environment, indent=2, ensure_ascii=False))
    else:
        told = environment_page.text if form == "text" else environment_page.markdown
        click.echo(told(environment), nl=False)
    return 0
