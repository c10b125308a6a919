from __future__ import annotations

from trialrun.evidence.experiments import ExperimentRecord
from trialrun.evidence.signal import NAME, Signal, facts, signal

SOUND = (1.0, 1.1, 0.9, 1.0, 1.05)


def test_a_row_of_layers_is_read_back_from_a_record() -> None:
    found = Signal((1.0, 0.5, 0.2), (0.6, 0.3, 0.1), (0.01, 0.1, 0.2))

    assert signal(ExperimentRecord(NAME, facts=facts(found))) == found
    assert signal(ExperimentRecord(NAME, facts=facts(Signal((1.0, 0.5), (0.6, 0.3), (0.1, 0.2))))) is None
    assert signal(None) is None


def test_a_sound_start_neither_grows_nor_shrinks() -> None:
    found = Signal(SOUND, SOUND, SOUND)

    assert not (found.grows or found.shrinks or found.vanishes)


def test_both_directions_are_looked_at_and_a_small_head_is_left_out() -> None:
    falling, rising = (1.0, 0.1, 0.01, 0.001, 1e-4), (1e-4, 1e-3, 1e-2, 0.1, 1.0)

    assert Signal(SOUND, falling, SOUND).shrinks
    assert Signal((1e-5, *SOUND[1:]), rising, SOUND).grows
    assert Signal(SOUND, SOUND, rising).vanishes
    assert not Signal(SOUND, (*SOUND[:-1], 1e-6), (*SOUND[:-1], 1e6)).shrinks


def test_one_step_alone_is_no_growth_with_depth() -> None:
    one = (1e-4, 1.0, 1.1, 1.0, 1.2)

    assert not Signal(SOUND, SOUND, one).vanishes


def test_a_gain_of_each_layer_counts_where_the_activation_holds_the_signal() -> None:
    saturated = Signal((1.0, 1.0, 1.0), (14.0, 14.0, 14.0), (1.0, 1.0, 1.0))

    assert saturated.grows
    assert round(saturated.gain) == 14


def test_small_gains_that_normalisation_undoes_are_no_fading_signal() -> None:
    assert not Signal((1.0, 1.0, 1.0), (0.1, 0.1, 0.1), SOUND[:3]).shrinks
    assert Signal((1.0, 0.1, 0.01), (0.1, 0.01, 0.001), SOUND[:3]).shrinks
