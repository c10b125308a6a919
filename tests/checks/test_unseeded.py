"""Which streams count as drawn from without a seed."""

from __future__ import annotations

from trialrun.checks.reproducibility.unseeded import Unseeded
from trialrun.evidence import Evidence
from trialrun.evidence.model import UpdateRecord
from trialrun.evidence.place import Where
from trialrun.evidence.program import EnvironmentRecord

UPDATE = UpdateRecord(0, 0, Where("train.py", 9), (0.1,), 1.0, 1.0, 0.1, 2)


def unseeded(values: dict[str, str], source: str = "model = 1") -> list[str]:
    evidence = Evidence(environment=(EnvironmentRecord(values),), update=(UPDATE,), source={"train.py": source})
    return [stream for finding in Unseeded().judge(evidence) for stream in finding.measured["unseeded"]]


def test_a_stream_that_moved_without_a_seed() -> None:
    assert unseeded({"moved.torch": "yes", "moved.numpy": "yes", "seed.numpy": "3"}) == ["torch"]


def test_a_stream_that_stood_still() -> None:
    assert unseeded({}) == []


def test_a_seed_set_by_another_name_of_the_function() -> None:
    assert unseeded({"moved.torch": "yes"}, "torch.random.manual_seed(1)") == []
    assert unseeded({"moved.numpy": "yes"}, "torch.manual_seed(1)") == ["numpy"]


def test_the_stream_of_random_counts_in_programs_that_import_it() -> None:
    assert unseeded({"moved.random": "yes"}) == []
    assert unseeded({"moved.random": "yes"}, "from random import shuffle") == ["random"]
