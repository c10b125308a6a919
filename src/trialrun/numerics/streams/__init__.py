"""Are the random streams of a loader's worker processes distinct from worker to worker and from epoch to epoch?

A generator that is kept on the data set is copied into every worker when an epoch begins: without care all of them draw
the same numbers, in every epoch.
"""

from __future__ import annotations

import contextlib
import copy
import itertools
from typing import Any

import torch

from trialrun.evidence.numerics import NumericsResult, Options
from trialrun.experiments.randomness import state_of
from trialrun.numerics import pieces
from trialrun.numerics.plain_values import seed_all
from trialrun.numerics.streams.influence import influences
from trialrun.numerics.streams.judging import Stream, same_items, streams_of
from trialrun.numerics.streams.watched import COLLATED, PLANTED, Plan, Reading, read
from trialrun.numerics.streams.words import judged
from trialrun.numerics.subject import Subject, UnsupportedError, users_code
from trialrun.numerics.surroundings import undisturbed

MOST_BATCH = 4  # samples of a batch that are read
BATCHES_PER_WORKER = 2


def experiment(subject: Subject, options: Options) -> NumericsResult:
    """Read some items in ``options.epochs`` epochs, with ``options.workers`` worker processes and with none.

    Heeds ``workers``, ``epochs``, ``seed``. Raises UnsupportedError where there is no loader, or too few items.
    """
    loader = _loader(subject)
    if options.workers < 1 or options.workers * options.epochs < 2:
        raise UnsupportedError(
            f"{options.workers} workers and {options.epochs} epochs: there is nothing to compare with less than 1"
            " worker and 2 epochs, or 2 workers and 1 epoch"
        )
    with undisturbed(), _kept_generators(loader):
        return _made(subject, options, loader, _plan(loader, options.workers))


def _made(subject: Subject, options: Options, loader: Any, plan: Plan) -> NumericsResult:
    seed_all(options.seed)
    with users_code("reading the data set"):
        epochs = read(loader, plan, options.workers, options.epochs)
    for number, readings in enumerate(epochs):
        idle = options.workers - len({reading.worker for reading in readings})
        if idle:
            raise UnsupportedError(f"{idle} of {options.workers} workers read nothing in epoch {number + 1}")
    alone = _alone(loader, plan, options)
    found = [stream for stream in streams_of(epochs) if stream.name != PLANTED]
    caught = any(stream.name == PLANTED and stream.repeats for stream in streams_of(epochs))
    heeded = {stream.name: _influences(loader, plan, stream) for stream in found if stream.repeats}
    between = [share for one, other in itertools.pairwise(epochs) if (share := same_items(one, other)) is not None]
    facts: dict[str, Any] = {
        "workers": options.workers,
        "epochs": options.epochs,
        "items": sum(reading.index != COLLATED for readings in epochs for reading in readings),
        "streams": {stream.name: _numbers(stream, heeded) for stream in found},
        "repeated_without_workers": [s.name for s in streams_of(alone or []) if s.repeats and s.name != PLANTED],
        "read_without_workers": alone is not None,
        "items_same_between_epochs": min(between, default=None),
        "items_same_as_without_workers": same_items(epochs[0], alone[0]) if alone else None,
    }
    verdict, reason, summary, advice = judged(found, heeded, facts, loader.worker_init_fn is not None, caught)
    told = f"a generator planted on the data set, drawn from once an item: {'caught' if caught else 'not caught'}"
    rows = tuple({"stream": name, **numbers} for name, numbers in facts["streams"].items())
    return NumericsResult("workers", subject.name, verdict, reason, summary, advice, told, facts, rows)


def _loader(subject: Subject) -> Any:
    loader = subject.loader
    if loader is None and subject.training is not None:
        loader = next((each for _, each in pieces.loaders_of(subject.training)), None)
    if not isinstance(loader, torch.utils.data.DataLoader):
        raise UnsupportedError(f"{subject.name} has no DataLoader: hand over (model, loader), or the loader alone")
    return loader


def _plan(loader: Any, workers: int) -> Plan:
    batch = min(loader.batch_size or getattr(loader.batch_sampler, "batch_size", 1) or 1, MOST_BATCH)
    if isinstance(loader.dataset, torch.utils.data.IterableDataset):
        return Plan(None, batch, batch * BATCHES_PER_WORKER)
    indices = loader.sampler if loader.batch_sampler is None else itertools.chain.from_iterable(loader.batch_sampler)
    with users_code("the sampler"):
        chosen = _ascending(list(itertools.islice(indices, workers * batch * BATCHES_PER_WORKER)))
    if len(chosen) < workers:
        raise UnsupportedError(f"the loader has {len(chosen)} items, fewer than its {workers} workers")
    batch = max(1, min(batch, len(chosen) // workers))
    return Plan(chosen, batch, batch * BATCHES_PER_WORKER)


def _ascending(indices: list[Any]) -> list[Any]:
    """The indices as plain numbers in ascending order, as they are where they are none."""
    numbers = [int(index) if isinstance(index, torch.Tensor) and not index.ndim else index for index in indices]
    return sorted(numbers) if all(isinstance(number, int) for number in numbers) else numbers


def _alone(loader: Any, plan: Plan, options: Options) -> list[list[Reading]] | None:
    """The same without worker processes; None where the data set cannot be copied for it."""
    try:
        copy.deepcopy((loader.dataset, loader.collate_fn))
    except Exception:
        return None
    seed_all(options.seed)
    with users_code("reading the data set"):
        return read(loader, plan, 0, options.epochs)


def _influences(loader: Any, plan: Plan, stream: Stream) -> bool:
    try:
        return influences(loader, plan, stream.name)
    except Exception:  # it cannot be copied, or read outside a worker: what it draws is taken to matter
        return True


@contextlib.contextmanager
def _kept_generators(loader: Any) -> Any:
    """The generators that the loader leads to stay where they stand: its sampler is asked for indices."""
    parts = (loader.generator, loader.sampler, loader.batch_sampler, loader.dataset, loader.collate_fn)
    held = [generator for part in parts for _, generator in pieces.generators_in(part, "")]
    states = [state_of(generator) for generator in held]
    try:
        yield
    finally:
        for put, state in states:
            put(state)


def _numbers(stream: Stream, heeded: dict[str, bool]) -> dict[str, Any]:
    return {
        "draws": stream.draws,
        "repeated_by_workers": max(stream.workers.values(), default=0.0),
        "repeated_by_epochs": max(stream.epochs.values(), default=0.0),
        "items_depend_on_it": heeded.get(stream.name),
    }
