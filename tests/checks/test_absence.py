from dataclasses import replace

import pytest

from trialrun.checks.absence import JOINING, OPTIMISING, changed_by_hand, could_refute, mentioned
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


@pytest.mark.parametrize(
    "text",
    [
        "for epoch in range(9):\n    if waiting: optimizer.add_param_group({'params': waiting.pop()})",
        "actions = {6: lambda: optimizer.add_param_group(late)}",
        "mine.grad += its.grad / 4",
        "p.grad = received",
        "p.sub_(rate * p.grad)",
        "t.log.data.sub_(t.log.grad, alpha=0.02)",
        "p -= rate * p.grad",
    ],
)
def test_what_steps_weights_by_hand_or_adds_them_as_training_goes(text: str) -> None:
    assert changed_by_hand(Evidence(source={"train.py": text}))


@pytest.mark.parametrize(
    "text",
    [
        "optimizer.add_param_group({'params': biases})\nfor epoch in range(9): pass",  # builds it
        "for p in model.parameters():\n    optimizer.add_param_group({'params': [p]})",
        "p.grad = None",
        "p.grad.mul_(0.1)",
        "total += p.grad.norm() ** 2",
        "average.mul_(0.99).add_(p.data)",
        "layer.weight.data.normal_(0, 0.02)",
    ],
)
def test_what_only_builds_reads_or_draws_is_none(text: str) -> None:
    assert not changed_by_hand(Evidence(source={"train.py": text}))


def test_an_unreached_function_that_adds_parameters_counts() -> None:
    called = (
        "def grow():\n    optimizer.add_param_group(late)\nfor epoch in range(20):\n    if epoch == 9:\n        grow()"
    )
    loops = (replace(EPOCH_LOOP, where=line(3)),)
    seen = Evidence(source={"train.py": called}, loop=loops, coverage=missed("if epoch == 9", (5,)))

    assert changed_by_hand(seen)
    assert not changed_by_hand(replace(seen, coverage=()))
