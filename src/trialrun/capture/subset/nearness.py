"""Whether inputs have a structure: how near the nearest sample is, against inputs whose columns are independent."""

from __future__ import annotations

from typing import Any

from trialrun.capture.subset.samples import Samples

MOST_ROWS = 600  # of either part: distances between as many take a fraction of a second
MOST_COLUMNS = 1024  # taken at a regular distance
LEAST_ROWS = 50


def nearness(training: Samples, evaluation: Samples) -> float | None:
    """Median distance from an evaluation sample to its nearest training sample, over that of permuted columns.

    Near 1 for noise, whatever its distribution and however many columns it has; well below for images, waves and
    tables whose columns belong together. None where samples are too few, or hardly differ.
    """
    import numpy as np

    known, asked = training.arrays(), evaluation.arrays()
    if known is None or asked is None or known[0].shape[1] != asked[0].shape[1]:
        return None
    x, x_new = known[0][:MOST_ROWS], asked[0][:MOST_ROWS]
    if min(len(x), len(x_new)) < LEAST_ROWS:
        return None
    rows = np.concatenate([x, x_new]).astype(np.float64)[:, :: 1 + x.shape[1] // MOST_COLUMNS]
    scale = rows.std(0)
    rows = (rows[:, scale > 0] - rows.mean(0)[scale > 0]) / scale[scale > 0]
    apart = np.random.default_rng(0).permuted(rows, axis=0)
    own, other = _nearest(rows, len(x)), _nearest(apart, len(x))
    return own / other if other > 0 else None


def _nearest(rows: Any, known: int) -> float:
    """Median over ``rows[known:]`` of the distance to the nearest of ``rows[:known]``."""
    import numpy as np
    from sklearn.neighbors import NearestNeighbors

    distances, _ = NearestNeighbors(n_neighbors=1, algorithm="brute").fit(rows[:known]).kneighbors(rows[known:])
    return float(np.median(distances))
