"""The columns of the CSV that `trialrun numerics` writes: one line a case, then the environment it was measured in."""

from __future__ import annotations

from typing import Any

SCHEMA_VERSION = 1

# role: originator | carrier | output (of the model); frac_* are 0..1; ulp_* units in the last place of `dtype`; err_*
# relative L2 distances to float64; kl in nats
CASE_COLUMNS = (
    "schema_version", "test", "target", "path", "device", "dtype", "fp32_precision", "batch_size", "ref_batch_size",
    "position", "neighbours", "layer", "role", "class_id", "n_samples", "frac_samples_bitwise",
    "frac_elements_bitwise", "max_abs", "rel_l2", "ulp_p50", "ulp_p99", "ulp_max", "ulp_at_row_max", "err_path",
    "err_ref", "err_ratio", "argmax_flips", "kl", "throughput_per_s", "verdict", "reason", "negative_control",
)  # fmt: skip


def case_row(**values: Any) -> dict[str, Any]:
    """A line of the CSV: ``values`` by column, None for what was not measured.

    Raises KeyError for a column that there is not.
    """
    unknown = values.keys() - set(CASE_COLUMNS)
    if unknown:
        raise KeyError(f"no such columns: {sorted(unknown)}")
    return {**dict.fromkeys(CASE_COLUMNS), "schema_version": SCHEMA_VERSION, **values}
