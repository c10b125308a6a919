"""Random features that are kept as they were drawn; only what reads them out is trained, with a small rate."""

import torch
from torch import nn


class RandomFeatures(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(nn.Linear(5, 256), nn.Tanh(), nn.Linear(256, 256), nn.Tanh())
        self.read_out = nn.Linear(256, 1)

    def forward(self, x):
        return self.read_out(self.features(x)).squeeze(1)


torch.manual_seed(1)
x = torch.randn(400, 5)
y = torch.sin(x[:, 0]) * x[:, 1]
model = RandomFeatures()
trainer = torch.optim.SGD(model.read_out.parameters(), lr=1e-4)
step = 0
while step < 60:
    rows = torch.randint(0, 400, (50,))
    loss = ((model(x[rows]) - y[rows]) ** 2).mean()
    trainer.zero_grad()
    loss.backward()
    trainer.step()
    step += 1
print(f"{loss.item():.4f}")
