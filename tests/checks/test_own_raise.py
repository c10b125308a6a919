"""Cards that go by the words of an exception leave one that the program raises itself to CRX000."""

from dataclasses import replace

import pytest

from trialrun.checks.crash.card import CrashCheck
from trialrun.checks.registry import all_checks, judge
from trialrun.evidence import Evidence
from trialrun.evidence.place import Where
from trialrun.evidence.program import Frame

from .records import CRASH

CARDS = [check for check in all_checks() if isinstance(check, CrashCheck)]


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("CRX001", "The size of tensor a (3) must match the size of tensor b (5) at non-singleton dimension 1"),
        ("CRX004", "grad can be implicitly created only for scalar outputs"),
        ("CRX013", "view size is not compatible with input tensor's size and stride (at least one dimension ...)"),
        ("CRX014", 'Error(s) in loading state_dict for Net: Missing key(s) in state_dict: "a.weight".'),
        ("CRX015", "optimizer got an empty parameter list"),
        ("CRX017", "DataLoader worker (pid 12) exited unexpectedly"),
    ],
)
def test_only_what_torch_raises_is_explained(code: str, message: str) -> None:
    for own, told in ((False, code), (True, "CRX000")):
        frames = (Frame(Where("t.py", 7), "step(batch)"),)
        crash = replace(CRASH, exception="RuntimeError", message=message, frames=frames, own=own)
        found, _ = judge(Evidence(crash=(replace(crash, phase="training"),)), CARDS)
        assert [finding.code for finding in found] == [told]
