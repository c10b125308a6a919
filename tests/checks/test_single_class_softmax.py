from dataclasses import replace

import pytest

from trialrun.checks.model.single_class_softmax import SingleClassSoftmax
from trialrun.evidence.softmaxes import SoftmaxUse

from .records import LOSS, findings, line

ONE = replace(LOSS, input_shape=(64, 1), value=0.0)
USE = SoftmaxUse(line(15), "softmax", (8, 1), 1, uses=3, single_uses=3, loss="mse_loss", constant=3)


def test_every_call_of_the_line_must_have_one_class() -> None:
    assert len(findings(SingleClassSoftmax, loss=(ONE, ONE))) == 1
    assert findings(SingleClassSoftmax, loss=(ONE, ONE, replace(LOSS, training=False))) == []
    assert findings(SingleClassSoftmax, loss=(ONE,)) == []


@pytest.mark.parametrize(("change", "count"), [({}, 1), ({"constant": 2}, 0), ({"loss": "cross_entropy"}, 0)])
def test_every_use_must_be_constant_and_cross_entropy_is_told_by_its_shape(
    change: dict[str, object], count: int
) -> None:
    assert len(findings(SingleClassSoftmax, loss=(LOSS,), softmax=(replace(USE, **change),))) == count
