"""Does the gradient grow with the batch? Both halves of the recorded batch by themselves."""

from __future__ import annotations

from trialrun.evidence.batch_scale import NAME, proportional, summed_losses
from trialrun.evidence.experiments import ExperimentRecord
from trialrun.experiments.causes.permuted_samples import once
from trialrun.experiments.halves import Half
from trialrun.experiments.laboratory import Laboratory, NotToBeRunError, Run

FEWEST = 4  # samples of a batch: halves of one have no batch statistics


class HalfBatches:
    """Three runs, only where a loss may be summed over the samples and the updates follow its scale.

    A body may rely on the size of its batches, and would then end the program: halves are only run where the loader's
    last batch is smaller anyway.
    """

    name = NAME

    def suspicion(self, lab: Laboratory) -> str | None:
        if not summed_losses(lab.evidence) or not proportional(lab.evidence):
            return None
        return "a loss may be summed over the samples of the batch"

    def run(self, lab: Laboratory) -> Run:
        loaders = [loader for loader in lab.evidence.loader if loader.training]
        if len(loaders) != 1 or loaders[0].last_batch_size is None or not loaders[0].batch_size:
            raise NotToBeRunError("No loader whose last batch is smaller shows that the body takes smaller batches.")
        size = loaders[0].batch_size
        if size < FEWEST or size % 2:
            raise NotToBeRunError(f"A batch of {size} has no two halves of several samples.")
        control = yield from once(lab, "as it is")
        halves = [Half(lab.setting.window, size, second) for second in (False, True)]
        first = yield from once(lab, "first half of the batch", halves[0])
        second = yield from once(lab, "second half of the batch", halves[1])
        if not all(half.seen for half in halves):
            raise NotToBeRunError(f"What the loop hands to its body holds no {size} samples.")
        return ExperimentRecord(
            self.name,
            where=lab.overfit.where,
            control=control,
            variants=(first, second),
            facts={"batch_size": size, "last_batch_size": loaders[0].last_batch_size},
        )
