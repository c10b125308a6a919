"""Are the model's inputs too large or too small? The batch with standardised inputs, all else the same."""

from __future__ import annotations

from statistics import median

import torch

from trialrun.evidence.experiments import ExperimentRecord
from trialrun.evidence.input_scale import NAME, far_input, is_far
from trialrun.experiments.changes import ModelInputs
from trialrun.experiments.comparing import compared
from trialrun.experiments.laboratory import Laboratory, NotToBeRunError, Run

SOON = 30  # repeats after which classes that are right leave nothing to be asked
RIGHT = 0.9  # of them
RECENT = 5  # repeats that count as its end


class InputScale:
    """Each far input standardised over the batch, per feature or channel."""

    name = NAME

    def suspicion(self, lab: Laboratory) -> str | None:
        found = far_input(lab.evidence)
        if found is None or lab.overfit.outcome != "ran" or len(lab.overfit.losses) < 2:
            return None
        early = lab.overfit.accuracy[:SOON]
        if early and median(early[-RECENT:]) >= RIGHT:
            return None
        return f"the model's input {found[1].key} is far from unit scale"

    def run(self, lab: Laboratory) -> Run:
        change = ModelInputs(standardised)
        control, variant = yield from compared(lab, "input standardised", (), (change,))
        if change.refused:
            raise NotToBeRunError(f"The model does not take standardised inputs: {change.refused}")
        if not change.seen:
            raise NotToBeRunError("No model was called as a module in the repeated window: its inputs are not known.")
        return ExperimentRecord(
            self.name, where=lab.overfit.where, control=control, variants=(variant,), floor=lab.overfit.floor
        )


def standardised(tensor: torch.Tensor) -> torch.Tensor:
    """``tensor`` with mean 0 and standard deviation 1 over the batch where it is far from unit scale, else as it is.

    Of shape (N, F) per feature, (N, C, H, W) and (N, C, D, H, W) per channel; else over all elements, as no axis is
    known to be the one of features. Features that are constant over the batch become 0.
    """
    if not tensor.is_floating_point() or tensor.layout is not torch.strided or not tensor.numel():
        return tensor
    wide = tensor.to(torch.float64 if tensor.dtype == torch.float64 else torch.float32)
    std, mean = torch.std_mean(wide, correction=0)
    if not is_far(float(mean), float(std), float(wide.abs().max())):
        return tensor
    kept = 1 if tensor.dim() in (2, 4, 5) and len(tensor) > 1 else None
    over = [axis for axis in range(tensor.dim()) if axis != kept]
    std, mean = torch.std_mean(wide, dim=over, correction=0, keepdim=True)
    return torch.where(std > 0, (wide - mean) / std, torch.zeros_like(wide)).to(tensor.dtype)
