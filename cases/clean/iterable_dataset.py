"""Right though unusual: an endless stream without length; the script stops after a number of steps."""

import torch
from torch import nn
from torch.utils.data import DataLoader, IterableDataset


class Stream(IterableDataset):
    def __init__(self, seed):
        self.seed = seed

    def __iter__(self):
        generator = torch.Generator().manual_seed(self.seed)
        while True:
            x = torch.randn(4, generator=generator)
            yield x, (x[0] * x[1] + x[2]).unsqueeze(0)


torch.manual_seed(0)
model = nn.Sequential(nn.Linear(4, 48), nn.ReLU(), nn.Linear(48, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
valid_x, valid_y = next(iter(DataLoader(Stream(seed=2), batch_size=200)))
max_steps, log_every = 150, 50

model.train()
for step, (x, y) in enumerate(DataLoader(Stream(seed=1), batch_size=32), start=1):
    loss = nn.functional.mse_loss(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % log_every == 0:
        model.eval()
        with torch.no_grad():
            error = nn.functional.mse_loss(model(valid_x), valid_y).item()
        print(f"step {step}: loss {loss.item():.3f}, validation {error:.3f}")
        model.train()
    if step == max_steps:
        break
