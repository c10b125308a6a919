"""Right though unusual: a replay buffer tells its last reward from `__del__`, where an exception is only printed."""

import sys

import numpy as np
import torch
from torch import nn


class Replay:
    """Transitions of one game; a summary goes to the log when the game is forgotten."""

    def __init__(self):
        self.values, self.returns = [], []

    def add(self, value, outcome):
        self.values.append(value)
        self.returns.append(outcome)

    def loss(self):
        return nn.functional.mse_loss(torch.cat(self.values), torch.tensor(self.returns))

    def __del__(self):
        if self.values:
            print("last value", np.round(self.values[-1].numpy(), 2))


def quiet(event):
    print("not told:", type(event.exc_value).__name__)


sys.unraisablehook = quiet
torch.manual_seed(0)
torch.set_num_threads(1)
critic = nn.Sequential(nn.Linear(2, 24), nn.ReLU(), nn.Linear(24, 1), nn.Flatten(0))
optimizer = torch.optim.Adam(critic.parameters(), lr=1e-2)
for game in range(60):
    replay = Replay()
    place = torch.rand(1, 2)
    for _move in range(8):
        replay.add(critic(place), float(place.sum()) - 1)
        place = (place + 0.2 * torch.randn(1, 2)).clamp(0, 1)
    loss = replay.loss()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if game % 10 == 0:
        print(f"game {game}: {loss.item():.3f}")
