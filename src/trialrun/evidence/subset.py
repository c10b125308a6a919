"""What came of training on a part of the data: scores of each epoch, and those of simple methods on its samples."""

from __future__ import annotations

from dataclasses import dataclass, field

from trialrun.evidence.place import Where


@dataclass(frozen=True)
class EpochScore:
    """One pass over the training part, or one evaluation after it."""

    phase: str  # "training" | "evaluation"
    epoch: int  # of training: 0-based number of the pass as shown; of evaluation: shown passes complete before it
    samples: int  # whose predictions were compared with targets
    loss: float | None = None  # mean over samples of the program's own known loss; None: none was seen
    score: float | None = None  # in the metric of the record: accuracy 0..1, or mean squared error; None: not known
    where: Where | None = None  # the loop


@dataclass(frozen=True)
class Overlap:
    """Samples that stand in both parts, by the content of input and target."""

    samples: int  # of the evaluation part that are in the training part, too
    evaluated: int
    unique: int  # different contents in the evaluation part: a table may hold true duplicates
    duplicated_in_training: int  # samples of the training part that have a twin within it
    first: tuple[int, ...] = ()  # positions of the first few in the order of evaluation


@dataclass(frozen=True)
class SubsetRecord:
    """One training on a part of the data, run by the program itself; a later record of a kind replaces the earlier."""

    kind: str  # "as it is" | "targets permuted"
    outcome: str = "ran"  # "ran" | "skipped"
    reason: str = ""  # of a skip, one sentence
    where: Where | None = None  # the training loop
    evaluated_at: Where | None = None  # the evaluation loop whose scores count
    # "accuracy" (higher is better) | "mean squared error" (lower is better); "": not known, or the targets are not
    # those of the data (the output of a model, real or fake, the other view in a batch)
    metric: str = ""
    share: float | None = None  # of the training samples, 0..1; None: the size of the whole is not known
    samples: int = 0  # different training samples
    epochs: int = 0  # passes that were completed; updates, where each is made on all samples
    updates: int = 0
    scores: tuple[EpochScore, ...] = ()
    losses: tuple[float, ...] = ()  # training loss of each update, thinned to at most 512
    # scores of simple methods in the same metric, fitted on the training part, judged on the evaluation part:
    # "majority" or "mean", "linear", "nearest neighbour"
    baselines: dict[str, float] = field(default_factory=dict)
    baseline_samples: int = 0  # of the evaluation part that they were judged on
    classes: int = 0  # of a classification; 0: a regression, or not known
    # median distance from a sample of the evaluation part to the nearest one of the training part, over the same with
    # each column permuted by itself: near 1 where the inputs are noise, well below where they have a structure
    nearness: float | None = None
    overlap: Overlap | None = None
    seconds: float = 0.0
