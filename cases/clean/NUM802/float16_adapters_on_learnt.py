"""Adapters of low rank in float16 beside layers that are learnt already: the loss is small from the start."""

import torch
from torch import nn

torch.manual_seed(10)
x = torch.randn(1500, 20)
y = torch.tanh(x @ torch.randn(20, 4) / 3)


class Adapted(nn.Module):
    def __init__(self, base, rank=4):
        super().__init__()
        self.base = base.requires_grad_(False)
        self.down = nn.Linear(base.in_features, rank, bias=False)
        self.up = nn.Linear(rank, base.out_features, bias=False)
        nn.init.zeros_(self.up.weight)

    def forward(self, inputs):
        return self.base(inputs) + self.up(self.down(inputs))


model = nn.Sequential(nn.Linear(20, 96), nn.Tanh(), nn.Linear(96, 4))
full = torch.optim.Adam(model.parameters(), lr=5e-3)
for _ in range(150):
    full.zero_grad()
    nn.functional.mse_loss(model(x), y).backward()
    full.step()

shifted = torch.tanh(x @ torch.randn(20, 4) / 40) * 0.05 + y
model[0], model[2] = Adapted(model[0]), Adapted(model[2])
optimizer = torch.optim.AdamW([w for w in model.parameters() if w.requires_grad], lr=3e-3)
for epoch in range(6):
    for rows in torch.randperm(1500).split(75):
        with torch.autocast("cpu", dtype=torch.float16):
            guess = model(x[rows])
        loss = nn.functional.mse_loss(guess.float(), shifted[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"{epoch}: {loss.item():.2e}")
