from dataclasses import replace

import pytest

from trialrun.checks.crash.card import CrashCheck
from trialrun.checks.registry import all_checks, judge
from trialrun.evidence import Evidence
from trialrun.evidence.program import CallContext

from .records import CRASH

CARDS = [check for check in all_checks() if isinstance(check, CrashCheck)]
TWO = "Subtraction, the `-` operator, with two bool tensors is not supported. Use the `^` or `logical_xor()` operator"
ONE = "Subtraction, the `-` operator, with a bool tensor is not supported. If you are trying to invert a mask, use"


@pytest.mark.parametrize(
    ("message", "operation", "code"),
    [
        (TWO, "binary_cross_entropy_with_logits", "CRX003"),
        (ONE, "multilabel_soft_margin_loss", "CRX003"),
        (TWO, "sub", "CRX000"),  # the user's own, of whatever they are
    ],
)
def test_boolean_target_is_for_the_losses_that_subtract_it(message: str, operation: str, code: str) -> None:
    crash = replace(CRASH, message=message, context=CallContext(operation, ()))
    ((finding,), _) = judge(Evidence(crash=(crash,)), CARDS)

    assert finding.code == code
