"""The weights before the first update are kept of every optimiser, one at the place of a dead one too."""

from __future__ import annotations

import torch

from trialrun.experiments.initial import Initial


def test_an_optimiser_at_the_place_of_a_dead_one_is_another() -> None:
    initial = Initial()
    initial.attach()
    places = set[int]()
    try:
        for setting in range(200):
            model = torch.nn.Linear(2, 1)
            optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
            model(torch.ones(1, 2)).sum().backward()
            optimiser.step()
            places.add(id(optimiser))
            assert initial.covers([optimiser]), f"setting {setting}"
            del model, optimiser
    finally:
        initial.detach()
    assert len(places) < 200  # else nothing was tried
