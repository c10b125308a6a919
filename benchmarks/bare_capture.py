"""Preloaded into the warm process of ``check_cost.py``: capture with no more than the smoke stage itself needs.

The stage cuts loops by the updates, backwards and model calls that it hears of: the sources of these stay, and the two
observers that notice updates. What is there for checks and tables alone is left out: all other observers, the mode
that shows single operations, and the sources of state dicts, schedules, loaders and warnings.
"""

from __future__ import annotations

from typing import Any

from trialrun.capture.sources.functions import FunctionSource
from trialrun.capture.sources.loaders import LoaderSource
from trialrun.capture.sources.python_warnings import WarningSource
from trialrun.capture.sources.schedulers import SchedulerSource
from trialrun.capture.sources.state_dicts import StateDictSource
from trialrun.capture.watch import Watch

KEPT = {"Updates", "HandWritten"}
LEFT_OUT = (FunctionSource, LoaderSource, WarningSource, SchedulerSource, StateDictSource)

_add = Watch.add


def _add_kept(watch: Watch, observer: Any) -> None:
    if type(observer).__name__ in KEPT:
        _add(watch, observer)


def _nothing(source: Any) -> None:
    pass


Watch.add = _add_kept  # type: ignore[method-assign]
for _source in LEFT_OUT:
    _source.attach = _nothing  # type: ignore[method-assign]
