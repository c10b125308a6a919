"""A few strong features among hundreds of faint ones, in float16: what the faint ones would learn is noise."""

import torch
from torch import nn

torch.manual_seed(7)
strong = torch.randn(1000, 6)
faint = torch.rand(1000, 400).pow(8) * 2e-3
x = torch.cat([strong, faint], dim=1)
chance = torch.sigmoid(2 * strong[:, 0] - 1.5 * strong[:, 1] * strong[:, 2])
y = torch.bernoulli(chance)

model = nn.Sequential(nn.Linear(406, 48), nn.Tanh(), nn.Linear(48, 24), nn.Tanh(), nn.Linear(24, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
for epoch in range(10):
    for rows in torch.randperm(800).split(80):
        with torch.autocast("cpu", dtype=torch.float16):
            score = model(x[rows]).squeeze(1)
        loss = nn.functional.binary_cross_entropy_with_logits(score.float(), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        held_out = nn.functional.binary_cross_entropy_with_logits(model(x[800:]).squeeze(1), y[800:])
    print(f"{epoch}: {loss.item():.3f}, held out {held_out.item():.3f}")
