"""One experiment run on a program, after the repeats that give it what it starts from."""

from __future__ import annotations

from collections.abc import Sequence

from tests.experiments.conftest import Bench, Repeated
from trialrun.evidence import Evidence
from trialrun.evidence.experiments import ExperimentRecord
from trialrun.experiments.laboratory import Cause, Laboratory
from trialrun.experiments.overfit import Overfit
from trialrun.experiments.plan import Experiment
from trialrun.experiments.setting import Setting


def experiments(bench: Bench, source: str, causes: Sequence[Cause], evidence: Evidence) -> list[ExperimentRecord]:
    """What ``causes`` came to on the program of ``source``; fails if anything of it is not as it was afterwards."""

    def runs(repeated: Repeated, setting: Setting) -> Experiment:
        overfit = Overfit(setting, 30, 60.0, repeated.records.append)
        yield from overfit.run()
        assert overfit.record is not None
        lab = Laboratory(setting, evidence, overfit.record, overfit.held, repeated.records.append, 60.0)
        yield from lab.run(causes)

    done = bench(source, runs)
    done.compare()
    return [record for record in done.records if isinstance(record, ExperimentRecord)]
