"""Right though unusual: gates of 1 gather the gradient that tells how much each head matters, while training goes on."""

import torch
import torch.nn.functional as F
from torch import nn


class Gated(nn.Module):
    def __init__(self, heads=4):
        super().__init__()
        self.gates = torch.ones(heads, requires_grad=True)
        self.heads = nn.ModuleList([nn.Linear(6, 8) for _ in range(heads)])
        self.out = nn.Linear(8, 2)

    def forward(self, x):
        return self.out(sum(gate * torch.relu(head(x)) for gate, head in zip(self.gates, self.heads)))


torch.manual_seed(0)
x = torch.randn(320, 6)
y = (x[:, 0] > x[:, 1]).long()
model = Gated()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(5):
    for rows in torch.randperm(320).split(32):
        loss = F.cross_entropy(model(x[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}: {loss.item():.3f}")
print("importance of heads", model.gates.grad.abs().tolist())
