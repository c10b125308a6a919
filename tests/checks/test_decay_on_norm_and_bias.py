from dataclasses import replace

from trialrun.checks.optimiser.decay_on_norm_and_bias import DecayOnNormAndBias
from trialrun.evidence.model import ParameterRecord
from trialrun.findings.finding import Severity

from .records import OPTIMISER, PARAMETER, findings

MATRIX = replace(PARAMETER, weight_decay=0.01)
SCALE = replace(MATRIX, id=1, name="norm.weight", module="norm", shape=(8,), numel=8)
BIAS = replace(MATRIX, id=2, name="norm.bias", shape=(8,), numel=8)


def judged(*parameters: ParameterRecord) -> list[Severity]:
    return [f.severity for f in findings(DecayOnNormAndBias, optimiser=(OPTIMISER,), parameter=parameters)]


def test_decay_on_a_scale_is_a_note() -> None:
    assert judged(MATRIX, SCALE, BIAS) == [Severity.NOTE]


def test_decay_on_matrices_alone_or_without_normalisation_is_silent() -> None:
    assert judged(MATRIX, replace(SCALE, weight_decay=0.0), replace(BIAS, weight_decay=0.0)) == []
    assert judged(MATRIX, BIAS) == []
    assert judged(MATRIX, replace(SCALE, name="weight", module=""), BIAS) == []
    assert judged(*[replace(p, weight_decay=1e-4) for p in (MATRIX, SCALE, BIAS)]) == []
