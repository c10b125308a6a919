from dataclasses import replace

from trialrun.checks.optimiser.optimizer_rebuilt import OptimizerRebuilt
from trialrun.evidence.model import OptimiserRecord, ParameterRecord
from trialrun.findings.finding import Severity

from .records import OPTIMISER, PARAMETER, findings, line

BATCHES, EPOCHS, CYCLES = line(35), line(33), line(31)
PER_EPOCH = replace(OPTIMISER, keeps_state=True, built_in=(EPOCHS,), step_in=(BATCHES, EPOCHS))


def judged(optimiser: OptimiserRecord, parameter: ParameterRecord = PARAMETER, count: int = 3) -> list[Severity]:
    built = tuple(replace(optimiser, id=number) for number in range(count))
    held = replace(parameter, optimisers=tuple(range(count)))
    return [finding.severity for finding in findings(OptimizerRebuilt, optimiser=built, parameter=(held,))]


def test_new_one_in_each_epoch_or_batch_is_a_warning() -> None:
    assert judged(PER_EPOCH) == [Severity.WARNING]
    assert judged(replace(PER_EPOCH, built_in=(BATCHES, EPOCHS), steps=1)) == [Severity.WARNING]
    assert judged(replace(PER_EPOCH, built_in=(), step_in=(BATCHES,))) == [Severity.WARNING]


def test_restart_of_a_cycle_of_epochs_is_silent() -> None:
    assert judged(replace(PER_EPOCH, built_in=(CYCLES,), step_in=(BATCHES, EPOCHS, CYCLES))) == []
    assert judged(replace(PER_EPOCH, built_in=())) == []


def test_nothing_is_lost_without_state_or_with_loaded_weights() -> None:
    assert judged(replace(PER_EPOCH, keeps_state=False)) == []
    assert judged(PER_EPOCH, replace(PARAMETER, loaded=True)) == []
    assert judged(PER_EPOCH, count=2) == []


def test_weights_written_by_hand_and_solvers_begin_anew() -> None:
    assert judged(replace(PER_EPOCH, rewritten=True)) == []
    assert judged(replace(PER_EPOCH, cls="LBFGS")) == []


def test_other_parameters_each_time_are_folds_or_unfreezing() -> None:
    built = tuple(replace(PER_EPOCH, id=number) for number in range(3))
    held = tuple(replace(PARAMETER, id=number, optimisers=(number,)) for number in range(3))
    assert findings(OptimizerRebuilt, optimiser=built, parameter=held) == []
