"""Right though unusual: prequential evaluation; every batch of a stream is scored first and learnt afterwards.

On the stream dropout is off (its batches are few and come once); between two days old rows are rehearsed with dropout.
"""

from itertools import islice

import torch
from torch import nn


def stream(days, batch=16):
    drift = 0.0
    for day in range(days):
        for _ in range(6):
            drift += 0.03
            x = torch.randn(batch, 5)
            yield day, x, x[:, :1] * (1 + drift) - x[:, 1:2].abs()


torch.manual_seed(0)
torch.set_num_threads(1)
history = torch.randn(300, 5)
target = history[:, :1] - history[:, 1:2].abs()
model = nn.Sequential(nn.Linear(5, 40), nn.SiLU(), nn.Dropout(0.1), nn.Linear(40, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)


def rehearse(passes):
    model.train()
    for _ in range(passes):
        for rows in torch.randperm(len(history)).split(50):
            optimizer.zero_grad()
            nn.functional.mse_loss(model(history[rows]), target[rows]).backward()
            optimizer.step()


rehearse(4)
source = stream(days=5)
for day in range(5):
    model.eval()
    errors = []
    for _day, x, y in islice(source, 6):
        error = nn.functional.mse_loss(model(x), y)
        errors.append(error.item())  # before the update: no row is scored by a model that has seen it
        optimizer.zero_grad()
        error.backward()
        optimizer.step()
    print(f"day {day}: {sum(errors) / len(errors):.3f}")
    rehearse(1)
