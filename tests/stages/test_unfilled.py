"""A crash is doubted where it names a value that an item left out may have been to make, and nowhere else."""

from __future__ import annotations

import functools
import operator
from collections import deque
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
import torch

from trialrun.stages.unfilled import may_be_unfilled


def doubted(program: Callable[..., Any], *values: Any, line: str = "") -> bool:
    try:
        program(*values)
    except Exception as error:
        return may_be_unfilled(error, line, lambda path: path == __file__)
    raise AssertionError("the program was to fail")


def stacked(places: Any) -> Any:
    return torch.stack(list(places))


LOSS = torch.tensor(0.5)


@pytest.mark.parametrize("empty", [0.0, (), "", object(), float])
def test_a_place_that_is_not_filled(empty: object) -> None:
    assert doubted(stacked, [LOSS, empty, empty, LOSS])
    assert doubted(stacked, deque([LOSS, empty]))
    assert doubted(lambda table: stacked(table.values()), {"a": LOSS, "b": empty})


def test_a_place_among_the_attributes_of_an_object() -> None:
    assert doubted(lambda log: stacked(log.state.losses), SimpleNamespace(state=SimpleNamespace(losses=[LOSS, 0.0])))


def test_a_column_that_is_not_filled() -> None:
    assert doubted(lambda rows: stacked(row[1] for row in rows), [[LOSS, LOSS], [LOSS, 0.0]])
    assert doubted(lambda rows: stacked(row["y"] for row in rows), [{"y": LOSS}, {"y": 0.0}])


def test_an_attribute_that_only_some_have_got() -> None:
    rows = [SimpleNamespace(x=1), SimpleNamespace(x=2, loss=0.5)]
    assert doubted(lambda rows: sorted(row.loss for row in rows), rows)
    assert not doubted(lambda rows: sorted(row.lost for row in rows), rows)


def test_a_tensor_that_is_still_in_its_graph() -> None:
    leaf = torch.ones(2, requires_grad=True)
    assert doubted(lambda rows: [row.numpy() for row in rows], [leaf * 1, leaf.detach()])
    assert not doubted(lambda rows: [row.numpy() for row in rows], [leaf * 1, leaf * 2])


def test_a_sum_of_nothing() -> None:
    assert doubted(lambda late: sum(late).item(), [])
    assert doubted(lambda late: torch.sqrt(sum(late)), [], line="spread = torch.sqrt(sum(late))")
    assert doubted(lambda late: functools.reduce(operator.add, late), [])


def test_as_many_arguments_as_a_loop_has_collected() -> None:
    assert doubted(lambda losses: max(*losses), [0.5], line="worst = max(*losses)")
    assert not doubted(lambda losses: max(), [0.5], line="worst = max()")


def test_what_all_entries_share_is_the_program_s_own_fault() -> None:
    assert not doubted(lambda losses: losses.mean(), [0.5, 0.4])
    assert not doubted(lambda losses: [loss.item() for loss in losses], [0.5, 0.4])
    assert not doubted(lambda loss: "loss " + loss, 0.5)


def test_settings_are_no_places() -> None:
    assert not doubted(lambda settings: settings["lr"].item(), {"lr": 0.1, "epochs": 3, "name": "net"})


def test_layers_are_no_places() -> None:
    model = torch.nn.Sequential(torch.nn.Linear(1, 1), torch.nn.ReLU())
    assert not doubted(lambda model: model[0].wieght, model)
