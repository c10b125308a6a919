"""Evidence survives: every kind of record comes back as it was written, whatever happens to the file."""

from __future__ import annotations

import dataclasses
import json
import math
import os
import types
import typing
from pathlib import Path
from typing import Any

import pytest

from trialrun.evidence import Evidence, RecordReader, RecordWriter
from trialrun.evidence.model import OptimiserRecord
from trialrun.evidence.place import Where
from trialrun.evidence.program import CoverageRecord, LoopRecord, MissedBlock, PhaseRecord
from trialrun.evidence.records import KINDS
from trialrun.evidence.store import decode, encode


def example(hint: Any) -> Any:
    """Some value of a field's type, nested ones included."""
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return example(args[0])
    if origin is tuple:
        return (example(args[0]),) if Ellipsis in args else tuple(example(arg) for arg in args)
    if origin is dict:
        return {"key": example(args[1])}
    if dataclasses.is_dataclass(hint):
        return instance(typing.cast(type, hint))
    return {str: "text", int: 3, float: 1.5, bool: True}[hint]


def instance(cls: type) -> Any:
    hints = typing.get_type_hints(cls)
    return cls(**{field.name: example(hints[field.name]) for field in dataclasses.fields(cls)})


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_comes_back(name: str) -> None:
    record = instance(KINDS[name])
    assert decode(json.loads(json.dumps(encode(record)))) == record


def test_numbers_that_json_lacks_come_back() -> None:
    record = PhaseRecord("ended", math.inf)
    assert decode(json.loads(json.dumps(encode(record), allow_nan=False))) == record


def test_records_of_a_newer_version_are_passed_over() -> None:
    assert decode({"record": "something new", "x": 1}) is None
    assert decode({"record": "phase", "phase": "ended", "seconds": 1.0, "new_field": 2}) == PhaseRecord("ended", 1.0)


def write(path: Path, *records: Any) -> RecordWriter:
    writer = RecordWriter(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644))
    for record in records:
        writer.write(record)
    return writer


def test_reader_gives_what_is_new_and_only_whole_lines(tmp_path: Path) -> None:
    path = tmp_path / "evidence.jsonl"
    reader = RecordReader(path)
    assert list(reader.new()) == []
    writer = write(path, PhaseRecord("started", 0.0))
    assert list(reader.new()) == [PhaseRecord("started", 0.0)]
    with path.open("a") as file:
        file.write('{"record":"phase","pha')  # a kill -9 in the middle
    assert list(reader.new()) == []
    with path.open("a") as file:
        file.write("\n")  # or a full disk
    writer.write(PhaseRecord("ended", 2.0))
    assert list(reader.new()) == [PhaseRecord("ended", 2.0)]


def test_a_forked_copy_of_the_script_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "evidence.jsonl"
    writer = write(path, PhaseRecord("started", 0.0))
    pid = os.fork()
    if pid == 0:
        writer.write(PhaseRecord("ended", 9.0))
        os._exit(0)
    os.waitpid(pid, 0)
    assert list(RecordReader(path).new()) == [PhaseRecord("started", 0.0)]


def test_later_records_replace_earlier_ones_of_the_same_thing() -> None:
    where = Where("train.py", 3)
    early, late = (LoopRecord(where, "training", n, n, 9, False, False) for n in (1, 2))
    optimiser = OptimiserRecord(0, "SGD", where, 2)
    evidence = Evidence.gather([early, optimiser, late, dataclasses.replace(optimiser, steps=4)])
    assert evidence.loop == (late,)
    assert [record.steps for record in evidence.optimiser] == [4]


def test_branches_in_front_of_the_loops_are_decided() -> None:
    before = MissedBlock("t.py", (4, 5), "if cuda", "main")
    after = MissedBlock("t.py", (40,), "if best", "main")
    elsewhere = MissedBlock("t.py", (4,), "if x", "helper")
    loop = LoopRecord(Where("t.py", 10, "main"), "epoch", 1, 3, 9, True, True)
    evidence = Evidence(loop=(loop,), coverage=(CoverageRecord(9, 5, (before, after, elsewhere)),))
    assert [evidence.decided_before_loops(block) for block in (before, after, elsewhere)] == [True, False, False]
    twice = dataclasses.replace(evidence, loop=(dataclasses.replace(loop, entries=2),))
    assert not twice.decided_before_loops(before)
