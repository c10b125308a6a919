"""Does what an item holds depend on where a random stream stands? One that is seeded anew in each item does not."""

from __future__ import annotations

import copy
import itertools
import random
from typing import Any

import torch

from trialrun.experiments.randomness import state_of
from trialrun.numerics.plain_values import seed_all
from trialrun.numerics.streams.watched import Plan, Streams, digest

SEEDS = 16  # a flip of one item in two stays unseen once in 30,000 cases
ITEMS = 2


def influences(loader: Any, plan: Plan, name: str) -> bool:
    """Whether items or batches of ``loader`` are other ones when the stream called ``name`` stands elsewhere.

    Read in this process, from copies; True where it cannot be told.
    """
    contents = {_content(loader, plan, name, seed) for seed in range(1, SEEDS + 1)}
    return "" in contents or len(contents) > 1


def _content(loader: Any, plan: Plan, name: str, seed: int) -> str:
    dataset, collate = copy.deepcopy(loader.dataset), copy.deepcopy(loader.collate_fn)
    seed_all(0)
    if plan.indices is not None:
        _move(dataset, collate, name, seed)
        items = [dataset[index] for index in plan.indices[:ITEMS]]
    else:
        reading = iter(dataset)
        items = list(itertools.islice(reading, 1))  # its pass is begun: what seeds itself there is seeded
        _move(dataset, collate, name, seed)
        items += itertools.islice(reading, ITEMS)
    return digest([items, collate(items if loader.batch_sampler is not None else items[0])])


def _move(dataset: Any, collate: Any, name: str, seed: int) -> None:
    if name.endswith(" (global)"):
        if name.startswith("torch"):
            torch.manual_seed(seed)
        elif name.startswith("Python"):
            random.seed(seed)
        else:
            import numpy

            numpy.random.seed(seed)
        return
    generator: Any = Streams(dataset, collate).own.get(name)
    if isinstance(generator, torch.Generator):
        generator.manual_seed(seed)
    elif hasattr(generator, "seed"):
        generator.seed(seed)
    elif generator is not None:
        state_of(generator)[0](type(generator.bit_generator)(seed).state)
