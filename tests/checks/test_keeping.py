from __future__ import annotations

import textwrap

import pytest

from trialrun.checks.keeping import keeper
from trialrun.evidence.place import Where

LOOP = "for x in data:\n    loss = f(model(x))\n    loss.backward()\n    {0}\n"


@pytest.mark.parametrize(
    "statement",
    [
        "total += loss",
        "total = total + loss * len(x)",
        "total = loss.mean() + total",
        "history.append(loss)",
        "log['train'].append((epoch, loss))",
        "self.last[i] = loss",
        "log.update(loss=loss)",
        "losses += [loss]",
    ],
)
def test_statements_that_keep_the_graph(statement: str) -> None:
    found = keeper(Where("a.py", 3), {"a.py": LOOP.format(statement)})
    assert found is not None
    assert found[0].line == 4


@pytest.mark.parametrize(
    "statement",
    [
        "total += loss.item()",
        "total += float(loss)",
        "history.append(loss.detach().cpu())",
        "log.update(loss=loss.item())",
        "print(loss)",
        "total += other",
        "scaled = loss * 2",
    ],
)
def test_statements_that_do_not(statement: str) -> None:
    assert keeper(Where("a.py", 3), {"a.py": LOOP.format(statement)}) is None


def test_the_caller_of_a_step_that_returns_its_loss() -> None:
    text = textwrap.dedent(
        """
        def step(x):
            loss = f(model(x))
            loss.backward()
            return loss

        def evaluate(x):
            total = 0
            loss = f(model(x))
            total += loss

        def train(data):
            for x in data:
                value = step(x)
                kept.append(value)
        """
    )
    found = keeper(Where("a.py", 4, "step"), {"a.py": text})
    assert found is not None
    assert (found[0].line, found[0].function) == (15, "train")


def test_source_that_cannot_be_read_names_nothing() -> None:
    assert keeper(Where("a.py", 3), {"a.py": "for"}) is None
    assert keeper(Where("b.py", 3), {"a.py": "x = 1"}) is None
