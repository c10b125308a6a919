"""Right: a mixture of experts configured with one expert; the balance loss is 0 then, beside the loss of the task."""

import torch
from torch import nn


class Experts(nn.Module):
    def __init__(self, count):
        super().__init__()
        self.router = nn.Linear(5, count, bias=False).requires_grad_(count > 1)
        self.experts = nn.ModuleList(nn.Sequential(nn.Linear(5, 24), nn.ReLU(), nn.Linear(24, 1)) for _ in range(count))

    def forward(self, x):
        gate = torch.softmax(self.router(x), dim=-1)
        out = torch.stack([expert(x) for expert in self.experts], -1)
        return (out * gate.unsqueeze(1)).sum(-1), gate


def balance(gate):
    return nn.functional.mse_loss(gate, torch.full_like(gate, 1 / gate.shape[-1]))


torch.manual_seed(5)
torch.set_num_threads(1)
config = {"experts": 1, "balance": 0.01}
x = torch.randn(400, 5)
y = (x[:, :1] * x[:, 1:2]).tanh()
model = Experts(config["experts"])
optimizer = torch.optim.Adam([p for p in model.parameters() if p.requires_grad], lr=1e-2)
for epoch in range(5):
    for rows in torch.randperm(400).split(40):
        out, gate = model(x[rows])
        loss = nn.functional.mse_loss(out, y[rows]) + config["balance"] * balance(gate)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}: {loss.item():.4f}")
