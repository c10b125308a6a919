"""How the words of a command line divide: which are a command, which are ours, which are the script's."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path

import click

_EACH_TIME = frozenset({"module", "fix"})  # options that no file may set: what is run, and that files are written


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

        options = {option.opts[-1].lstrip("-"): option for option in self._options() if option.name not in _EACH_TIME}
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
