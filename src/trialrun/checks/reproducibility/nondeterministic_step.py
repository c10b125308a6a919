"""The same update, run twice from the same state with the same random numbers, gives other weights.

## Why is this bad?

Something in the step comes from neither the weights, the batch nor a generator that can be seeded: the system's random
numbers, a generator made anew without a seed, a clock, a race of threads. No run can be repeated, no difference between
two runs be put down to what was changed between them, and a checkpoint does not continue the run it was taken from.

## Fix

Draw from a generator that is made and seeded once, before the loop: `torch.Generator().manual_seed(0)`,
`numpy.random.default_rng(0)`.

## Limits

One window of updates is run twice from one state, all generators in reach put back, and the first operation whose
result differs is named. A finding needs, in the file of that operation, a source that no run can repeat; a clock counts
on the line of that operation or of a seed alone. Where none is in sight the program may keep state of its own that a
repeat cannot put back (a counter inside a library): nothing is said. On accelerators, where many kernels add in another
order each time, it is skipped. Noise that has to come from the system (differential privacy) is legitimate.

## References

PyTorch documentation, "Reproducibility".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from trialrun.checks.base import Check
from trialrun.checks.wording import count
from trialrun.evidence import Evidence
from trialrun.evidence import same_again as names
from trialrun.evidence.place import Where
from trialrun.findings.finding import Finding, Severity, Verified

_UNREPEATABLE = re.compile(
    r"\b(?:os\.)?urandom\(|\bsecrets\.\w+\(|\bSystemRandom\(|\buuid[14]\(|\bRandomDevice\b"
    r"|\b(?:default_rng|RandomState|SeedSequence|random\.Random)\(\s*\)"  # made without a seed
    r"|\b(?:torch|random|generator|rng|gen)\.seed\(\s*\)"  # seeded from the system
)
_CLOCK = re.compile(r"\b(?:time|time_ns|perf_counter|perf_counter_ns|monotonic|monotonic_ns|now|utcnow)\(\s*\)")
_SEED = re.compile(r"seed|default_rng|RandomState|Random\(")
_DEFINITION = re.compile(r"^\s*(?:#|import\b|from\b|def\b|class\b)")


class NondeterministicStep(Check):
    code = "NUM801"
    slug = "nondeterministic-step"
    severity = Severity.WARNING
    needs = ("overfit",)

    def unjudged(self, evidence: Evidence) -> str:
        if evidence.overfit[-1].reason.startswith(names.OTHER_WEIGHTS):
            return ""
        records = [record for record in evidence.experiment if record.experiment == names.NAME]
        if not records:
            return "No window of the loop was run twice."
        return records[-1].reason if records[-1].outcome != "ran" else ""

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        where, operation, differing = _parted(evidence)
        sources = [] if where is None else list(_sources(evidence.source.get(where.file, ""), where))
        if where is None or not sources:
            return
        line, call = min(sources, key=lambda found: abs(found[0] - where.line))
        named = f" (`{operation}`)" if operation else ""
        place = "there" if line == where.line else f"at {where.file}:{line}"
        yield self.finding(
            f"The same update, run twice from the same weights on the same batch with all generators put back, came to "
            f"other weights{differing}. The first operation with another result is in this line{named}; {place} "
            f"`{call}` gives what no run can repeat. If fresh randomness from the system is meant, this is legitimate.",
            f"Draw from a generator that is made and seeded once before the loop, in place of `{call}`.",
            where=where,
            measured={"operation": operation, "source": call, "source_line": line},
            expected="the same bits from the same state, batch and random numbers",
            verified=Verified("the same window run twice", f"other weights{differing}"),
            stage="probe",
        )


def _parted(evidence: Evidence) -> tuple[Where | None, str, str]:
    """Line and name of the first operation that differs, and how much of the weights did."""
    repeats = evidence.overfit[-1]
    if repeats.reason.startswith(names.OTHER_WEIGHTS):
        return repeats.drawn_at, "", ""
    record = evidence.experiment_named(names.NAME)
    if record is None or not record.facts[names.DIFFERING]:
        return None, "", ""
    differing = int(record.facts[names.DIFFERING])
    share = f": {differing} of {count(int(record.facts[names.LEARNED]), 'tensor')} differ"
    return record.where, record.words.get(names.OPERATION, ""), share


def _sources(source: str, where: Where) -> Iterator[tuple[int, str]]:
    """Lines of the file, counted from 1, that ask for what no run can repeat, with the call."""
    for number, text in enumerate(source.splitlines(), start=1):
        if _DEFINITION.match(text):
            continue
        found = _UNREPEATABLE.search(text)
        if found is None and (number == where.line or _SEED.search(text)):
            found = _CLOCK.search(text)
        if found is not None:
            yield number, found.group().strip() + ("" if found.group().endswith(")") else "...)")
