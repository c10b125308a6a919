"""The numbers of one run: a field each with its default, and a flag of the same name that overrides it."""

from __future__ import annotations

import argparse
import dataclasses
import json
from pathlib import Path


@dataclasses.dataclass(frozen=True)
class Config:
    """What decides how a run ends, and nothing else: two runs of one Config have the same weights, bit for bit."""

    epochs: int = 20
    batch_size: int = 64  # images per update
    lr: float = 3e-3  # of the first update; falls to 0 along a half cosine
    dropout: float = 0.3
    seed: int = 0  # of the first weights, the shuffling and the dropout; the split has its own
    threads: int = 1  # another count adds numbers up in another order, and so rounds otherwise
    broken: str = ""  # a mistake of this lesson; leave it out of your own experiment

    def save(self, path: Path) -> None:
        path.write_text(json.dumps(dataclasses.asdict(self), indent=2) + "\n", encoding="utf-8")


def load(path: Path) -> Config:
    """The Config that a run kept in its folder."""
    return Config(**json.loads(path.read_text(encoding="utf-8")))


def add_flags(parser: argparse.ArgumentParser) -> None:
    """One for each field; ``--broken``, which has choices, stands in train.py."""
    for field in dataclasses.fields(Config):
        if field.name != "broken":
            flag = f"--{field.name.replace('_', '-')}"
            parser.add_argument(flag, type=type(field.default), help=f"default {field.default}")


def given(args: argparse.Namespace) -> dict[str, object]:
    """The fields that the command line names."""
    named = {field.name: getattr(args, field.name) for field in dataclasses.fields(Config)}
    return {name: value for name, value in named.items() if value is not None}
