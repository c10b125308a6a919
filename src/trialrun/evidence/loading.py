"""How the data loaders of the program read their data."""

from __future__ import annotations

from dataclasses import dataclass

from trialrun.evidence.place import Where


@dataclass(frozen=True)
class LoaderRecord:
    """One ``DataLoader``, over all passes; a later record of a ``number`` replaces the earlier one."""

    number: int  # in order of first use
    where: Where | None  # the line that draws its batches
    samples: int | None  # of one pass; None where the data set has no length
    batch_size: int | None
    drop_last: bool
    sequential: bool  # a map-style data set, read by ascending index in every pass
    workers: int
    main: Where | None = None  # where the module level of the script stood; file as Python names it
    steps: int = 0  # updates that were made on its batches
    # of each different batch an update was made on, where all its losses took its own class labels: label -> samples
    label_batches: tuple[dict[str, int], ...] = ()
    # the same for one real number a sample: each batch, and each to the next, ascends (or each descends)
    targets_sorted: bool = False
    target_samples: int = 0  # samples of those batches
    # the batch normalisation in train mode that the smallest batch met, and the values a channel it was left with
    norm_module: str | None = None
    norm_cls: str = ""
    norm_samples: int = 0
    norm_values: int = 0

    @property
    def training(self) -> bool:
        """Whether its batches train a model."""
        return self.steps > 0

    @property
    def last_batch_size(self) -> int | None:
        """Samples of the last batch of a pass, where that is smaller than the others."""
        if self.samples is None or not self.batch_size or self.drop_last or self.samples < self.batch_size:
            return None
        return self.samples % self.batch_size or None


@dataclass(frozen=True)
class RepeatedDraws:
    """A stream of random numbers that several workers, or several passes, of one training began at the same place."""

    loader: int  # number of its LoaderRecord
    stream: str  # "numpy.random", "random", "torch", "dataset.rng"; "" for whole samples
    kind: str  # "workers": of one pass; "passes": of the same worker, or of the main process; "samples": of one pass
    alike: int  # workers or passes that began there
    looked_at: int  # workers of that pass, or passes
    workers: int  # processes the loader uses; 0: the main process reads
