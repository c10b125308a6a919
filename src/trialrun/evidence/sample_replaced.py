"""The experiment that replaces one sample of a batch: its names for what it found."""

from __future__ import annotations

NAME = "one sample replaced"

# Keys of the record's ``facts``; all are 0 or absent where no output of another sample moved.
SAMPLES = "samples"  # of the batch
MOVED = "other_samples_moved"  # whose output changed
LARGEST = "largest_change"  # of another sample's output, over the standard deviation of the output
TOLERANCE = "tolerance"  # on that scale, below which nothing counts as a change

# Keys of ``words``; ``where`` of the record is the line of the operation.
MODEL = "model"
OPERATION = "operation"  # "softmax", "view", ...; absent where it is not known
MODULE = "module"  # dotted name of the innermost module it runs in; "" for the model itself
CLASS = "class"  # of that module
INPUT = "input"  # shape of the operation's first input, and of its result
RESULT = "result"
KIND = "kind"
SPREAD = "spread"  # a kind: elements of one sample were moved to several places of an axis as long as the batch
