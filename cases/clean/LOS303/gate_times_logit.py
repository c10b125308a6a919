"""A gate in 0..1 that multiplies the evidence: what enters the loss is a product, not the gate."""

import torch
from torch import nn


class Gated(nn.Module):
    def __init__(self):
        super().__init__()
        self.gate, self.evidence = nn.Linear(8, 1), nn.Linear(8, 1)

    def forward(self, x):
        return torch.sigmoid(self.gate(x)) * self.evidence(x)


torch.manual_seed(0)
model = Gated()
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
bce = nn.BCEWithLogitsLoss()
for step in range(60):
    x = torch.randn(32, 8)
    y = (x[:, :1] > x[:, 1:2]).float()
    loss = bce(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(loss.item())
