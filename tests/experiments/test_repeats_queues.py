"""A queue gives each item once: a repeated body is served those it had, and none is taken from the program."""

from __future__ import annotations

import multiprocessing.queues
import queue

import pytest

from tests.experiments.conftest import Bench

START = """
import multiprocessing, queue
import torch
from torch import nn
torch.manual_seed(0)
losses = []
model = nn.Sequential(nn.Linear(6, 16), nn.Tanh(), nn.Linear(16, 3))
optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
def fill(feed):
    generator = torch.Generator().manual_seed(3)
    for _ in range(6):
        feed.put((torch.randn(8, 6, generator=generator).tolist(), (torch.arange(8) % 3).tolist()))
    feed.put(None)
def update(item):
    xb, yb = map(torch.tensor, item)
    optimiser.zero_grad()
    loss = nn.functional.cross_entropy(model(xb), yb)
    loss.backward()
    optimiser.step()
    losses.append(loss.item())
"""

PROGRAMS = {
    "until a sentinel": """
feed = queue.Queue()
fill(feed)
while (item := feed.get()) is not None:
    look()
    update(item)
print(losses, feed.qsize())
""",
    "as many as were put": """
feed = queue.Queue()
fill(feed)
for step in range(6):
    look()
    update(feed.get(timeout=5))
    feed.task_done()
print(losses, feed.qsize(), feed.unfinished_tasks)
""",
    "without waiting": """
feed = queue.PriorityQueue()
for number in range(6):
    fill(single := queue.Queue())
    feed.put((number, single.get()))
for step in range(6):
    look()
    update(feed.get_nowait()[1])
print(losses, feed.qsize())
""",
}


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_queues(bench: Bench, program: str) -> None:
    originals = queue.Queue.get, queue.Queue.task_done, multiprocessing.queues.Queue.get
    done = bench(START + program)
    done.compare()
    done.learns()
    assert (queue.Queue.get, queue.Queue.task_done, multiprocessing.queues.Queue.get) == originals


def test_a_queue_between_processes(bench: Bench) -> None:
    done = bench(
        START
        + """
feed = multiprocessing.get_context("fork").Queue()
fill(feed)
for step in range(6):
    update(feed.get(timeout=5))
print(losses, feed.get(timeout=5))
feed.close()
feed.join_thread()
"""
    )
    done.learns()
    assert done.error is None and done.restored.identical
    assert done.printed == done.bare.printed != []
