"""What a planted defect is, and which findings name its cause."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

# Kinds and the codes that name the cause; whatever else is found is "other". Some belong to checks that are still to
# come. An empty tuple: no check is planned that could tell.
KINDS: dict[str, tuple[str, ...]] = {
    "label noise": ("DAT107", "TRN604"),
    "removed activation": ("TRN601", "TRN606"),
    "changed activation": ("MOD208", "MOD209", "MOD211", "GRD404", "LOS307"),
    "removed zero_grad": ("GRD401",),
    "learning rate x1000": ("OPT503", "TRN602"),
    "learning rate /1000": ("OPT504",),
    "wrong loss": ("LOS301", "LOS304", "LOS308", "LOS311", "TRN601", "TRN604"),
    "zeroed weights": ("MOD210",),
    "added softmax": ("LOS302", "MOD205"),
    "removed bias": (),
    "unshuffled data": ("DAT104",),
    "removed normalisation": ("DAT102",),
    "dropout 0.95": ("TRN606",),
    "removed validation": ("TRN605",),
    "changed optimiser": ("OPT503", "OPT504"),
    "removed regularisation": ("TRN605",),
}


@dataclass(frozen=True)
class Mutant:
    """One defect in one program."""

    kind: str
    changes: tuple[tuple[str, str], ...]  # old text, found exactly once, and the new one
    codes: tuple[str, ...] | None = None  # that name its cause; None: those of its kind

    @property
    def expected(self) -> tuple[str, ...]:
        return KINDS[self.kind] if self.codes is None else self.codes


@dataclass(frozen=True)
class NotApplicable:
    """Why a program cannot have such a defect."""

    kind: str
    because: str


@dataclass(frozen=True)
class Subject:
    """A right program, what it is judged by when run in full, and the defects planted in it."""

    name: str
    path: str  # below the root of the repository
    seed: tuple[str, str]  # its seed, and the same with {seed} in its place
    result: str  # a regular expression with one group, found in what it prints last
    better: Literal["higher", "lower"]
    planted: tuple[Mutant | NotApplicable, ...]
    arguments: tuple[str, ...] = ()  # of the full runs


def mutant(kind: str, *texts: str, codes: tuple[str, ...] | None = None) -> Mutant:
    """``texts``: old, new, old, new ..."""
    return Mutant(kind, tuple(zip(texts[::2], texts[1::2], strict=True)), codes)
