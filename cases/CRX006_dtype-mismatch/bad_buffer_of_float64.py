"""Attention over keys that NumPy made, kept as a buffer."""
import numpy as np
import torch
from torch import nn


class Memory(nn.Module):
    def __init__(self, slots, width):
        super().__init__()
        self.query = nn.Linear(4, width)
        self.out = nn.Linear(width, 1)
        self.register_buffer("slots", torch.from_numpy(np.random.default_rng(0).normal(size=(slots, width))))

    def forward(self, x):
        weights = (self.query(x) @ self.slots.T).softmax(1)  # expect: CRX006
        return self.out(weights @ self.slots)


torch.manual_seed(0)
x = torch.randn(200, 4)
y = x[:, :1] * 2
model = Memory(8, 6)
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
for rows in torch.randperm(200).split(20):
    loss = nn.functional.mse_loss(model(x[rows]), y[rows])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
