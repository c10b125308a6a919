"""Right though unusual: a stream in order of time, whose quiet stretches give a loss of 0 that leads to no parameter."""

import torch
from torch import nn


class Localiser(nn.Module):
    """Says where in a window an event is; windows without one are used for nothing."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv1d(1, 8, 5, padding=2), nn.ReLU(), nn.Conv1d(8, 1, 5, padding=2), nn.Flatten()
        )

    def forward(self, x):
        return self.layers(x)


def localisation_loss(scores, where):
    holds_event = where >= 0
    if not holds_event.any():
        return torch.zeros((), requires_grad=True)  # so that the loop need not tell quiet batches apart
    return nn.functional.cross_entropy(scores[holds_event], where[holds_event])


torch.manual_seed(0)
torch.set_num_threads(1)
count, length = 2000, 32
where = torch.randint(0, length, (count,))
where[:320] = -1  # the machine was not loaded at first
where[torch.rand(count) < 0.3] = -1
windows = 0.3 * torch.randn(count, 1, length)
windows[torch.arange(count)[where >= 0], 0, where[where >= 0]] += 2
model = Localiser()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for start in range(0, count, 20):
    scores = model(windows[start : start + 20])
    loss = localisation_loss(scores, where[start : start + 20])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if start % 200 == 0:
        print(f"window {start}: {loss.item():.3f}")
