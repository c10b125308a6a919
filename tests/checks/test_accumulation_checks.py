from dataclasses import replace

import pytest

from trialrun.checks.gradient.accumulation_not_averaged import AccumulationNotAveraged
from trialrun.checks.gradient.accumulation_not_equivalent import AccumulationNotEquivalent
from trialrun.checks.gradient.accumulation_remainder import AccumulationRemainder
from trialrun.evidence.accumulation import AccumulationRecord, MicroBatch
from trialrun.evidence.gradients import WindowRecord
from trialrun.evidence.program import LoopRecord
from trialrun.evidence.tensors import LossCall
from trialrun.findings.finding import Finding, Mend, Severity

from .records import OPTIMISER, UPDATE, findings, line

WINDOW = WindowRecord(0, 0, line(41), used=4, wiped=0, gradients_found=True, used_backward=line(39), loop=line(30))
LOOP = LoopRecord(line(30), "training", entries=3, iterations=33, length=15, cut=True, jumped=True)
ONE = MicroBatch(weight=1.0, samples=16.0, all_weights=1.0)
SUMMED = AccumulationRecord(
    line(39),
    "cross_entropy",
    "mean",
    (ONE,) * 4,
    known_only=True,
    clipped=False,
    gradient_norm=2.0,
    divided_gradient_norm=0.5,
    update_norm=0.2,
    divided_update_norm=0.05,
    learning_rate=0.1,
)


def even(weight: float) -> AccumulationRecord:
    return replace(SUMMED, micro_batches=(MicroBatch(weight, 16.0, weight),) * 4)


def averaged(record: AccumulationRecord, source: str = "") -> list[Finding]:
    return findings(
        AccumulationNotAveraged,
        accumulation=(record,),
        window=(WINDOW,),
        optimiser=(OPTIMISER,),
        source={"train.py": source},
    )


def equivalent(record: AccumulationRecord, source: str = "loss = f(x) / n\n") -> list[Finding]:
    return findings(AccumulationNotEquivalent, accumulation=(record,), window=(WINDOW,), source={"train.py": source})


def test_a_sum_is_told_with_the_rate_it_amounts_to_and_can_be_mended() -> None:
    (finding,) = averaged(SUMMED)

    assert finding.severity is Severity.WARNING
    assert "a learning rate of 0.4, not 0.1" in finding.message
    assert "|g| 2 where their mean has 0.5" in finding.message
    assert finding.mend == Mend("divide_loss", {"backwards": 4})
    assert finding.verified is not None and "(now: 2 and 0.2)" in finding.verified.result
    assert str(finding.where) == "train.py:39"


def test_an_update_that_does_not_follow_the_gradients_size_is_a_note() -> None:
    (finding,) = averaged(replace(SUMMED, divided_update_norm=0.19))
    assert finding.severity is Severity.NOTE


@pytest.mark.parametrize(
    ("record", "source"),
    [
        (even(0.25), ""),
        (replace(SUMMED, reduction="sum"), ""),
        (replace(SUMMED, clipped=True), ""),
        (SUMMED, "opt = SGD(p, lr=base / 4)\n"),
        (SUMMED, "for group in opt.param_groups:\n    group['lr'] = base / 4\n"),
    ],
)
def test_means_sums_clipped_gradients_and_divided_rates_are_silent(record: AccumulationRecord, source: str) -> None:
    assert averaged(record, source) == []


def test_two_losses_whose_weights_make_one_are_not_divided_either() -> None:
    assert averaged(replace(SUMMED, micro_batches=(MicroBatch(0.7, 16.0, 1.0),) * 4))


def test_samples_of_a_small_micro_batch_weigh_more() -> None:
    ragged = (*(MicroBatch(0.25, 32.0, 0.25),) * 3, MicroBatch(0.25, 4.0, 0.25))
    (finding,) = equivalent(replace(SUMMED, micro_batches=ragged, difference=0.35))

    assert "heaviest counts 8 times the lightest" in finding.message
    assert "35 % away" in finding.message
    assert finding.measured["relative_weight_of_a_target"] == pytest.approx([0.78125] * 3 + [6.25])


def test_weights_in_proportion_to_the_samples_are_silent() -> None:
    shares = (*(MicroBatch(0.32, 32.0, 0.32),) * 3, MicroBatch(0.04, 4.0, 0.04))
    assert equivalent(replace(SUMMED, micro_batches=shares)) == []


def test_another_divisor_is_told_unless_it_is_a_weight_of_the_loss() -> None:
    (finding,) = equivalent(even(1 / 16))
    assert "divided by 16" in finding.message and "0.25 times" in finding.message

    assert equivalent(even(1 / 16), "loss = 0.25 * f(x) / n\n") == []
    assert equivalent(even(1 / 10), "loss = 0.1 * f(x)\nmean = a / b\n") == []
    assert equivalent(even(1 / 16), "loss = w * f(x)\n") == []  # nothing is divided
    assert equivalent(even(0.5)) == []
    assert equivalent(even(0.25)) == []


def remainder(*windows: WindowRecord, loop: LoopRecord = LOOP) -> list[Finding]:
    return findings(AccumulationRemainder, window=windows, loop=(loop,), optimiser=(OPTIMISER,))


LOST = replace(
    WINDOW, step=1, entry=2, wiped=1, wiped_earlier=1, wiped_where=line(29), wiped_backward=line(39), wiped_norm=0.3
)
LEAKED = replace(WINDOW, step=1, entry=2, used=5, used_earlier=1)


def test_gradients_of_an_epochs_end_that_the_next_clears_are_lost() -> None:
    (finding,) = remainder(WINDOW, WINDOW, LOST)

    assert finding.severity is Severity.WARNING
    assert "3 of the 15 batches of an epoch (20 %) are left over" in finding.message
    assert str(finding.where) == "train.py:29"


def test_a_remainder_that_the_cut_made_is_none() -> None:
    assert remainder(WINDOW, LOST, loop=replace(LOOP, length=16)) == []
    assert remainder(WINDOW, LOST, loop=replace(LOOP, length=None)) == []
    assert remainder(WINDOW, LOST, loop=replace(LOOP, length=None, cut=False, jumped=False))


def test_a_small_remainder_is_a_note() -> None:
    (finding,) = remainder(WINDOW, LOST, loop=replace(LOOP, length=4003))
    assert finding.severity is Severity.NOTE


def test_a_first_step_with_more_than_its_own_backwards_leaks() -> None:
    (finding,) = remainder(WINDOW, LEAKED, replace(WINDOW, entry=2))
    assert "7 instead of 4" in finding.message
    assert str(finding.where) == "train.py:41"


def test_a_counter_over_epochs_and_a_growing_number_are_no_leak() -> None:
    assert remainder(WINDOW, replace(LEAKED, used=4), replace(WINDOW, entry=2)) == []
    assert remainder(WINDOW, replace(WINDOW, entry=2, used=5), replace(WINDOW, entry=2, used=5)) == []


def test_a_last_step_divided_as_all_others_is_a_note() -> None:
    short = replace(WINDOW, step=1, used=1)
    calls = [LossCall(step, "cross_entropy", line(38), 2.0, reduction="mean") for step in (0, 1)]

    def told(last: float) -> list[Finding]:
        updates = (replace(UPDATE, loss=0.5), replace(UPDATE, step=1, loss=last))
        return findings(
            AccumulationRemainder,
            window=(WINDOW, short),
            loop=(LOOP,),
            optimiser=(OPTIMISER,),
            loss=tuple(calls),
            update=updates,
        )

    (finding,) = told(0.5)
    assert finding.severity is Severity.NOTE
    assert "3/4 of their mean" in finding.message
    assert told(2.0 / 3) == []
