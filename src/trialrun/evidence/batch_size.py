"""The experiment that runs samples alone and in batches of several sizes: its names for what it found."""

from __future__ import annotations

NAME = "samples alone and in batches"

# Keys of the record's ``facts``. Measures are those of the batch that is furthest from the samples alone.
SAMPLES = "samples"  # of the whole batch
PROBED = "samples_probed"  # that were run alone
BEYOND = "beyond_rounding"  # 1: the outputs differ by more than rounding, or choose other classes
SIZE = "batch_size"  # of that batch
ULP = "ulp_at_row_max"  # the largest difference to the sample alone, in ULP of the largest number of its output
ERROR_ALONE = "error_alone"  # against float64, relative L2
ERROR = "error_in_batch"  # the same
FLIPS = "argmax_flips"  # rows whose largest number is another one, ties in float64 left out
IN_FLOAT64 = "change_in_float64"  # between alone and in the batch, relative L2; only where beyond rounding

# Keys of ``words``; ``where`` of the record is the call of the model.
MODEL = "model"
DTYPE = "dtype"  # of the output: "fp32", ...
OUTPUT = "output"  # path to it in what the model returns: 0 for the first tensor
BY = "by"
POSITION = "position"  # float64 shows it, and for one sample several times in a batch as well: by where it stands
BATCH_SIZE = "size"  # float64 shows it, wherever the sample stands
PRECISION = "precision"  # float64 does not show it


def ulp_of(size: int) -> str:
    """The key of ``ULP`` for a batch of ``size``."""
    return f"{ULP}_of_{size}"
