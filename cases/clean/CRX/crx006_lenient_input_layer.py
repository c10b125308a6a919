"""Right though unusual: a layer that takes what it gets and converts only when its product refuses, in every batch."""

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Readings(Dataset):
    """Rows as NumPy has them: every second source writes float64."""

    def __init__(self, count, seed):
        generator = np.random.default_rng(seed)
        self.rows = generator.normal(size=(count, 5))
        self.values = (self.rows[:, 0] * 2 - np.abs(self.rows[:, 3])).astype(np.float32)

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, i):
        return {"row": self.rows[i], "value": self.values[i]}


class Lenient(nn.Linear):
    def forward(self, x):
        try:
            return super().forward(x)
        except RuntimeError:
            if x.dtype == self.weight.dtype:
                raise
            return super().forward(x.to(self.weight.dtype))


torch.manual_seed(0)
torch.set_num_threads(1)
train = DataLoader(Readings(400, 0), batch_size=40, shuffle=True)
test = DataLoader(Readings(120, 1), batch_size=60)
net = nn.Sequential(Lenient(5, 32), nn.Tanh(), nn.Linear(32, 1))
opt = torch.optim.RMSprop(net.parameters(), lr=5e-3)
for epoch in range(15):
    for batch in train:
        opt.zero_grad()
        loss = nn.functional.huber_loss(net(batch["row"]).squeeze(1), batch["value"])
        loss.backward()
        opt.step()
    with torch.no_grad():
        errors = [(net(batch["row"]).squeeze(1) - batch["value"]).abs() for batch in test]
    print(f"epoch {epoch}: {torch.cat(errors).mean().item():.3f}")
