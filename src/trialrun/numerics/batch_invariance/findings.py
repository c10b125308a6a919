"""What the measurements of one subject came to, before it is put into words."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from trialrun.evidence.numerics import Verdict
from trialrun.experiments.batch_judging import Judged
from trialrun.experiments.batch_measures import Measures
from trialrun.numerics.batch_invariance.costs import Cost
from trialrun.numerics.batch_invariance.coupling import Coupling
from trialrun.numerics.batch_invariance.measuring import ANY, Case
from trialrun.numerics.batch_invariance.originators import Origins


@dataclass(frozen=True)
class Part:
    """One path in one dtype: its cases with their verdicts, classes of batch sizes; or why there are none."""

    path: str
    dtype: str
    cases: tuple[tuple[Case, Judged], ...] = ()
    classes: tuple[tuple[int, ...], ...] = ()
    refused: tuple[str, ...] = ()
    unsupported: str = ""
    coupling: Coupling | None = None  # in this dtype, where float64 shows none

    @property
    def coupled(self) -> bool:
        """Whether it is in this dtype that other samples' values change an output."""
        return self.coupling is not None and self.coupling.coupled

    @property
    def equal_share(self) -> float:
        """Of the rows compared, those that are bitwise equal; 0 where none was."""
        compared = sum(one.n_samples for one in self.compared)
        return sum(one.frac_samples_bitwise * one.n_samples for one in self.compared) / max(compared, 1)

    @property
    def compared(self) -> list[Measures]:
        """Those of its cases that hold neighbours, or a sample alone that another path than its own has served."""
        by_itself = self.path == "eager" or "+" in self.path  # a mitigation is compared with its own sample alone
        return [case.measures for case, _ in self.cases if case.size > 1 or not by_itself]

    @property
    def verdicts(self) -> list[Verdict]:
        """Those of its cases, and of its coupling; UNSUPPORTED where there are none."""
        cases = [judged.verdict for _, judged in self.cases] or [Verdict.UNSUPPORTED]
        return [*cases, Verdict.COUPLED] if self.coupled else cases


@dataclass(frozen=True)
class Mitigated:
    """A mitigation: in words, its cases beside a sample alone that is served in the same way, and its cost."""

    says: str
    part: Part
    costs: tuple[Cost, ...] = ()

    def with_throughput(self) -> Part:
        """Its part with the throughput measured in pairs, at the sizes that were, in place of that of a single run."""
        speeds = {cost.size: cost.mitigated_per_s for cost in self.costs}
        cases = tuple(
            (replace(case, throughput_per_s=speeds.get(case.size) if case.position == ANY else None), judged)
            for case, judged in self.part.cases
        )
        return replace(self.part, cases=cases)


@dataclass
class Findings:
    """All that was measured."""

    mode: str
    samples: int
    pool: int
    sizes: tuple[int, ...]
    dropout_off: list[str]
    parts: list[Part] = field(default_factory=list)
    mitigated: list[Mitigated] = field(default_factory=list)
    not_mitigated: str = ""  # why no mitigation was measured, where that was asked for
    outputs: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    reference_size: int = 1
    not_alone: str = ""  # why no sample can be served by itself
    no_exact: str = ""  # why there is no float64 reference
    coupling: Coupling | None = None
    begins: tuple[str, str] | None = None
    control: Coupling | None = None
    by_size: tuple[float, int, str] = (0.0, 0, "")  # largest change in float64 by size or position, where, by which
    bad_shape: str = ""
    origins: Origins | None = None
    origins_dtype: str = ""

    @property
    def coupled(self) -> bool:
        """Whether other samples' values were seen to change an output by more than rounding."""
        return self.coupling is not None and self.coupling.coupled
