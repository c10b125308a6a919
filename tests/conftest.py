"""What holds for every test."""

from __future__ import annotations

import os

# Each worker of the suite takes one core. Two programs that both use all cores wait for each other at every operation
# of theirs: measured on 2 cores, the programs of tests/programs then take four times as long.
os.environ.setdefault("OMP_NUM_THREADS", "1")
