"""Do two runs of the window, from the same state and with the same random numbers, come to the same bits?"""

from __future__ import annotations

import torch

from trialrun import _torch
from trialrun.capture.readings import fingerprint, readable
from trialrun.evidence import same_again as names
from trialrun.evidence.experiments import ExperimentRecord
from trialrun.experiments.laboratory import Laboratory, NotToBeRunError, Run
from trialrun.experiments.plan import Variant
from trialrun.experiments.setting import Setting
from trialrun.experiments.trace import first_part


class SameAgain:
    """Two runs; two more, written down operation by operation, where these came to different weights."""

    name = names.NAME

    def suspicion(self, lab: Laboratory) -> str | None:
        return ""

    def run(self, lab: Laboratory) -> Run:
        if any(content.tensor.device.type != "cpu" for content in lab.setting.now.learned):
            raise NotToBeRunError("On an accelerator kernels may add in another order each time.")
        prints = []
        for _ in range(2):
            reading = yield Variant(fresh=True)
            if reading.error:
                raise NotToBeRunError(f"Not frozen: {reading.error}.")
            prints.append(_prints(lab.setting))
        differing = [one for one, other in zip(*prints, strict=True) if one != other]
        facts = {names.RUNS: 2.0, names.DIFFERING: float(len(differing)), names.LEARNED: float(len(prints[0]))}
        if not differing:
            return ExperimentRecord(self.name, facts=facts)
        yield Variant(fresh=True, traced=True)
        yield Variant(fresh=True, traced=True)
        parted = first_part(*lab.setting.traces[-2:]) if len(lab.setting.traces) > 1 else None
        if parted is None:
            return ExperimentRecord(self.name, facts=facts)
        operation, where = parted
        return ExperimentRecord(self.name, where=where, facts=facts, words={names.OPERATION: operation})


def _prints(setting: Setting) -> list[object]:
    """One a tensor of what is learned: it differs when any bit does."""
    with _torch.reading():
        return [_print(content.tensor) for content in setting.now.learned]


def _print(tensor: torch.Tensor) -> object:
    return fingerprint(tensor) if readable(tensor) else None
