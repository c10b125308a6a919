"""What runs inside the child of the subset stage: the loaders that train restricted, every pass scored."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from trialrun._torch import subsets
from trialrun.capture.subset.outcome import Part, record_of
from trialrun.capture.subset.scores import Scores
from trialrun.evidence.place import Where
from trialrun.evidence.program import LoopRecord
from trialrun.evidence.subset import SubsetRecord
from trialrun.stages.brief import AS_IT_IS, PERMUTED, Subset

if TYPE_CHECKING:
    from trialrun.stages.child import Rehearsed

LEAST_SAMPLES = 400  # of a part, where there are as many: fewer leave simple methods, and an evaluation, to chance
LEAST_UPDATES = 10  # of a pass over the part, where the data allow


class SubsetRun:
    """One training on a part of the data, in the process that runs the program."""

    def __init__(self, child: Rehearsed, plan: Subset) -> None:
        self._child = child
        self._plan = plan
        self._begun = time.monotonic()
        self._parts: list[tuple[int, int]] = []  # samples of the part and of the whole, of each loader that trains
        self._datasets: set[int] = set()
        self._scores = child.watch.add(Scores)
        if self._scores is not None:
            self._scores.attach()
        self._places: dict[int, dict[int, int]] = {}  # of targets that are permuted, by id of the data set
        self._unpermuted = ""  # why not
        self._undo = [subsets.restrict_loaders(self._choose)]
        if plan.permuted:
            self._undo.append(subsets.permute_targets(self._places))
            if self._scores is not None:
                self._scores.exchange = lambda: not self._parts

    @property
    def restricted(self) -> bool:
        """Whether loaders that train read a part of their data."""
        return bool(self._parts)

    @property
    def evaluated(self) -> bool:
        """Whether anything was evaluated since training began."""
        return self._scores is None or self._scores.evaluated

    def compiles(self) -> None:
        """The program is about to compile: no single call is seen from here on."""
        if self._scores is not None:
            self._scores.stop_mode()

    def training_left(self) -> None:
        """A training loop has been left."""
        if self._scores is not None:
            self._scores.training_left()

    def finish(self) -> None:
        """The program has ended: fit what is simple, and put all on record."""
        for undo in self._undo:
            undo()
        if self._scores is None:
            return
        self._scores.detach()
        count, whole = max(self._parts, default=(0, 0))
        part = Part(
            kind=PERMUTED if self._plan.permuted else AS_IT_IS,
            permuted=self._plan.permuted,
            samples=count or None,
            share=count / whole if whole else self._share_of_items(),
            where=self._where(),
            datasets=frozenset(self._datasets),
        )
        record = record_of(self._scores, part, time.monotonic() - self._begun)
        if self._plan.permuted and not self._parts and self._scores.exchanged.refused:
            self._unpermuted = "The targets could not be told apart by their samples."
        if self._unpermuted:
            record = SubsetRecord(PERMUTED, "skipped", self._unpermuted, seconds=record.seconds)
        self._child.write(record)

    def _choose(self, loader: Any, batches: Any) -> Any | None:
        """What ``loader`` draws from: a part of its samples where it is one that trains."""
        facts = subsets.facts_of_loader(loader, batches)
        if facts is None:
            return None
        if (facts.samples, facts.batch_size, facts.drop_last, facts.sequential) not in self._plan.loaders:
            return None
        part = subsets.part_of_loader(loader, batches, self._wanted)
        if part is None:
            return None
        self._datasets.add(id(loader.dataset))
        if self._plan.permuted:
            self._permute(loader, part)
        self._parts.append((len(part.part), facts.samples or len(part.part)))
        return part

    def _permute(self, loader: Any, part: subsets.PartOfBatches) -> None:
        sample = loader.dataset[min(part.part)]
        if subsets.with_target_of(sample, sample) is None:
            self._unpermuted = f"The samples ({type(sample).__name__}) hold no target that can be told."
        elif not subsets.forks_workers(loader):
            self._unpermuted = "The workers of the loader are not forked, so that nothing in them can be changed."
        self._places.setdefault(id(loader.dataset), subsets.permutation_of(part.part))

    def _wanted(self, samples: int, batch_size: int) -> int:
        count = max(round(self._plan.share * samples), LEAST_SAMPLES, LEAST_UPDATES * batch_size)
        return min(samples, -(-count // batch_size) * batch_size)  # whole batches: a last one of one sample may crash

    def _where(self) -> Where | None:
        """The training loop that ran most."""
        sites = [site for site in self._child.loops.sites if site.role == "training"]
        return max(sites, key=lambda site: site.iterations).where if sites else None

    def _share_of_items(self) -> float | None:
        """Items of the training loops that were run, of those that there are."""
        loops: list[LoopRecord] = [site.record() for site in self._child.loops.sites if site.role == "training"]
        known = [loop for loop in loops if loop.length and loop.entries]
        if not known:
            return None
        most = max(known, key=lambda loop: loop.iterations)
        return min(1.0, most.iterations / (most.entries * (most.length or 1)))
