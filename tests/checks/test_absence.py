from dataclasses import replace

from trialrun.checks.absence import JOINING, OPTIMISING, could_refute, mentioned
from trialrun.evidence import Evidence

from .records import EPOCH_LOOP, LOOPS, TRAINING_LOOP, line, missed

SOURCE = """\
import torch

def grow(model, optimizer):
    optimizer.add_param_group({"params": model.extra})

def note(value):
    history.append(value)

if resume:
    model.load_state_dict(state)
for epoch in range(20):
    for x, y in loader:
        if epoch == 10:
            grow(model, optimizer)
        if epoch == 11:
            note(epoch)
        if epoch == 12:
            scheduler.step()
        if epoch == 13:
            optimizer.step()
"""


def doubts(
    lines: tuple[int, ...],
    function: str = "<module>",
    harmless: bool = False,
    words: frozenset[str] | None = OPTIMISING,
) -> bool:
    loops = (
        replace(EPOCH_LOOP, where=line(11)),
        replace(TRAINING_LOOP, where=line(12)),
    )
    evidence = Evidence(
        loop=loops,
        coverage=missed("if", lines, function=function, harmless=harmless),
        source={"train.py": SOURCE},
    )
    return bool(could_refute(evidence, words))


def test_harmless_block_refutes_nothing() -> None:
    assert not doubts((20,), harmless=True)


def test_block_in_front_of_all_loops_is_decided_once() -> None:
    assert not doubts((10,))


def test_block_in_another_function_may_run_later() -> None:
    assert doubts((10,), function="resume")


def test_block_that_calls_a_function_that_optimises_refutes() -> None:
    assert doubts((14,))


def test_block_that_calls_a_function_without_a_telling_name_does_not() -> None:
    assert not doubts((16,))


def test_schedule_is_no_optimiser() -> None:
    assert not doubts((18,))
    assert doubts((20,))


def test_every_block_refutes_a_claim_about_anything() -> None:
    assert doubts((16,), words=None)


def test_block_without_source_refutes() -> None:
    assert could_refute(Evidence(loop=LOOPS, coverage=missed("if", (90,))), OPTIMISING)


def test_loop_entered_more_than_once_decides_nothing() -> None:
    again = replace(EPOCH_LOOP, entries=2)
    assert could_refute(Evidence(loop=(again,), coverage=missed("if", (10,))), OPTIMISING)


def test_data_of_a_table_is_no_weight() -> None:
    table = "from sklearn.datasets import load_digits\ndigits = load_digits()\nx = torch.tensor(digits.data)\n"
    assert not mentioned(Evidence(source={"train.py": table}), JOINING)
    assert mentioned(Evidence(source={"train.py": table + "digits = model.weight\n"}), JOINING)
    assert mentioned(Evidence(source={"train.py": table + "model.weight.data = digits.target\n"}), JOINING)
