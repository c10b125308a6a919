"""Once the watch has ended torch is as it was."""

from __future__ import annotations

import torch

from trialrun.stages.attach import Watch
from trialrun.target.instrument import Instrumenter
from trialrun.target.loops import Loops
from trialrun.target.policy import Policy
from trialrun.target.position import Position


def test_torch_has_its_own_functions_again() -> None:
    loops = Loops(Policy(), lambda record: None)
    position = Position(loops, Instrumenter(loops))
    watch = Watch(position, lambda record: None, None, lambda: None, lambda: None, cutting=True)
    before = (torch.compile, torch.Tensor.backward, torch.autograd.grad, torch.nn.Module.state_dict)
    watch.attach()
    assert torch.compile is not before[0] and torch.Tensor.backward is not before[1]
    watch.finish()
    assert (torch.compile, torch.Tensor.backward, torch.autograd.grad, torch.nn.Module.state_dict) == before
