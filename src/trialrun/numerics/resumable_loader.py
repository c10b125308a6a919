"""A loader that knows how far it is, so that a resumed program reads on from the next batch, bit for bit."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import torch
from torch.utils.data import BatchSampler, RandomSampler, SequentialSampler, SubsetRandomSampler

from trialrun import _torch
from trialrun.errors import UsageError
from trialrun.experiments import randomness
from trialrun.numerics.pieces import generators_in
from trialrun.numerics.plain_values import global_states, original, plain, put_global_states

# Their order is drawn when a pass begins, so that it is the same whether samples are read or not.
_DRAWN_AT_ONCE = (SequentialSampler, RandomSampler, SubsetRandomSampler, torch.utils.data.DistributedSampler)


class ResumableLoader:
    """``loader``, a ``DataLoader``, and the position in it: ``state_dict()`` and ``load_state_dict(state)``.

    ::

        batches = trialrun.ResumableLoader(DataLoader(...))
        for epoch in range(first_epoch, epochs):
            for batch in batches:  # after load_state the first pass begins at the next batch
                ...

    What is kept is the number of batches of the pass that have been handed out, and where every random generator stood
    when it began: the global ones, and those of the loader, its sampler and its data set. To go on, the pass is begun
    as it was and that many batches are dropped. Without worker processes and with torch's own samplers they are not
    read, only their indices drawn; otherwise they are read again, so that what workers have drawn is drawn once more.
    """

    def __init__(self, loader: Any) -> None:
        if not isinstance(loader, torch.utils.data.DataLoader):
            raise UsageError(f"ResumableLoader takes a DataLoader, not a {type(loader).__name__}.")
        if loader.persistent_workers:
            raise UsageError(
                "ResumableLoader cannot resume a loader with persistent_workers=True: its workers carry random states"
                " from pass to pass that cannot be read. Leave persistent_workers out."
            )
        self.loader: torch.utils.data.DataLoader[Any] = loader
        self._iterator: Any = None  # of the pass that is under way
        self._resumed = False  # whether the next pass is the one that was begun before the stop
        self._handed_out = 0  # batches
        self._begin: dict[str, Any] = {}

    def __len__(self) -> int:
        return len(self.loader)

    def __getattr__(self, name: str) -> Any:
        if name == "loader":  # not set yet: a copy or a pickle in the making
            raise AttributeError(name)
        return getattr(self.loader, name)

    def __iter__(self) -> Iterator[Any]:
        if not self._resumed:
            self._start()
        self._resumed = False
        return self._rest(self._iterator)

    def _start(self) -> None:
        self._begin = {"global": plain(global_states()), **self._own_states()}
        self._handed_out = 0
        self._iterator = iter(self.loader)

    def _rest(self, iterator: Any) -> Iterator[Any]:
        for batch in iterator:
            self._handed_out += 1
            yield batch
        if self._iterator is iterator:
            self._iterator, self._handed_out = None, 0

    def state_dict(self) -> dict[str, Any]:
        """The position; types that ``torch.load(weights_only=True)`` accepts."""
        under_way = self._iterator is not None
        return {
            "under_way": under_way,
            "handed_out": self._handed_out,
            "begin": copy.deepcopy(self._begin) if under_way else {},
            "now": self._own_states(),
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go to the position of ``state``. The global generators stay where they stand.

        Raises UsageError where this loader does not have as many batches, or other generators than the one saved.
        """
        own = self._own_states()["own"]
        if own.keys() != state["now"]["own"].keys():
            raise UsageError(
                f"the loader saved had the random generators {_listed(state['now']['own'])}, this one has"
                f" {_listed(own)}: make it in the same way."
            )
        self._iterator, self._resumed, self._handed_out = None, False, 0
        elsewhere = global_states()
        if state["under_way"]:
            try:
                put_global_states(original(state["begin"]["global"]))
                self._put_own_states(state["begin"])
                self._start()
                self._drop(state["handed_out"])
            finally:
                put_global_states(elsewhere)
            self._resumed = True
        self._put_own_states(state["now"])

    def _drop(self, batches: int) -> None:
        sampler: Any = self.loader.batch_sampler
        plainly = type(sampler) is BatchSampler and type(sampler.sampler) in _DRAWN_AT_ONCE
        drawn_at_once = plainly and not getattr(sampler.sampler, "replacement", False) and not self.loader.num_workers
        if not (drawn_at_once and _torch.skip_loader_batches(self._iterator, batches)):
            for number in range(batches):
                if next(self._iterator, self) is self:
                    raise UsageError(f"{batches} batches had been read, but the loader ends after {number}.")
        self._handed_out = batches

    def _generators(self) -> list[tuple[str, Any]]:
        loader = self.loader
        sampler: Any = loader.sampler if loader.batch_sampler is None else loader.batch_sampler
        named: dict[str, Any] = {"generator": loader.generator, "sampler": sampler}
        named |= {"dataset": loader.dataset, "collate_fn": loader.collate_fn}
        found = [each for name, part in named.items() if part is not None for each in generators_in(part, name)]
        return list({id(generator): (name, generator) for name, generator in reversed(found)}.values())[::-1]

    def _own_states(self) -> dict[str, Any]:
        own = {name: plain(randomness.state_of(generator)[1]) for name, generator in self._generators()}
        return {"own": own, "epoch": getattr(self._set_sampler(), "epoch", None)}

    def _put_own_states(self, states: dict[str, Any]) -> None:
        for name, generator in self._generators():
            if name in states["own"]:
                randomness.state_of(generator)[0](original(states["own"][name]))
        if states["epoch"] is not None:
            self._set_sampler().epoch = states["epoch"]

    def _set_sampler(self) -> Any:
        """The sampler, which orders by its ``epoch`` where it has one, as ``DistributedSampler`` does."""
        return getattr(self.loader.batch_sampler, "sampler", self.loader.sampler)


def _listed(names: Any) -> str:
    return ", ".join(names) or "none"
