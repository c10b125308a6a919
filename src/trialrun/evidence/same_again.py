"""The experiment that runs the window twice from the same state: its names for what it found."""

from __future__ import annotations

NAME = "same again"

# Keys of the record's ``facts``.
RUNS = "runs"  # that began at the same weights with the same random numbers
DIFFERING = "differing_tensors"  # of what is learned, those that the runs left in different bits
LEARNED = "learned_tensors"  # that were compared

OPERATION = "operation"  # a key of ``words``: the first whose result differs; ``where`` is its line

# How the reason begins for which a window that overfit repeats is not frozen.
OTHER_WEIGHTS = "Not frozen: the same window, from the same state, gave other weights"
