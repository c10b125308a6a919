"""A global random stream is drawn from, and the program never seeds it.

## Why is this bad?

Initial weights, the order of the samples, dropout and augmentation come out of these streams. Without a seed two runs
of the same program differ, so a change of the program cannot be told from chance, and a run that failed cannot be
had again.

## Fix

Seed every stream that is drawn from, once and before the model and the loaders are made:

    torch.manual_seed(seed)
    numpy.random.seed(seed)
    random.seed(seed)

or draw from generators of your own that have a seed.

## Limits

A note: a program need not repeat itself, and comparing several unseeded runs is sound. A seed gives the same numbers on
the same machine, torch version and number of threads only. The streams looked at are the global ones of torch,
NumPy and `random` in the main process; a generator object that was made with a seed is none of them. `random` counts in
programs that import it, for libraries draw from it while they are imported. First weights that are drawn and then
overwritten by fixed ones count as drawn. A program that is not run to its end, or sets a stream's whole state (as when
it resumes), is left alone.

## References

PyTorch documentation, "Reproducibility".
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from trialrun.checks.absence import mentioned
from trialrun.checks.base import Check
from trialrun.checks.wording import names
from trialrun.evidence import Evidence
from trialrun.findings.finding import Finding, Severity

# The call that seeds each stream, and names that mean that something else may have set it.
_SEEDS = {"torch": "torch.manual_seed(0)", "numpy": "numpy.random.seed(0)", "random": "random.seed(0)"}
_OTHERWISE = {
    "torch": frozenset({"manual_seed", "set_rng_state", "fork_rng", "seed_everything", "set_seed"}),
    "numpy": frozenset({"set_state", "seed_everything", "set_seed"}),
    "random": frozenset({"setstate", "seed_everything", "set_seed"}),
}

# Libraries (scikit-learn) draw from this stream while they are imported, which no seed of the program's could change.
_IMPORTS_RANDOM = re.compile(r"^\s*(?:import|from)\s.*\brandom\b", re.MULTILINE)


class Unseeded(Check):
    code = "REP901"
    slug = "unseeded"
    severity = Severity.NOTE
    needs = ("environment", "update")

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        values = evidence.environment[-1].values
        moved = [stream for stream in _SEEDS if f"moved.{stream}" in values and _own(evidence, stream)]
        unseeded = [
            stream for stream in moved if f"seed.{stream}" not in values and not mentioned(evidence, _OTHERWISE[stream])
        ]
        if unseeded:
            first = evidence.update[0]
            yield self.finding(
                f"Drawn from and never seeded: the random stream of {names(unseeded)}. The updates that begin here "
                "may come out otherwise in each run.",
                f"Call {', '.join(_SEEDS[stream] for stream in unseeded)} before the model and the loaders are made.",
                where=first.where,
                measured={"drawn_from": moved, "unseeded": unseeded},
                expected="each stream that is drawn from is seeded once",
            )


def _own(evidence: Evidence, stream: str) -> bool:
    """Whether the program itself may have drawn from the stream."""
    texts = evidence.source.values()
    return stream != "random" or not texts or any(_IMPORTS_RANDOM.search(text) for text in texts)
