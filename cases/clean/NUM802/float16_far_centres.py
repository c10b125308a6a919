"""A network of radial units in float16: each sample is near a few centres, and far ones get next to no gradient."""

import torch
from torch import nn

torch.manual_seed(0)
x = torch.rand(1200, 2) * 6 - 3
y = torch.sin(2 * x[:, :1]) * torch.cos(x[:, 1:]) + 0.3 * torch.randn(1200, 1)


class Radial(nn.Module):
    def __init__(self, units=300):
        super().__init__()
        self.centres = nn.Parameter(torch.rand(units, 2) * 6 - 3)
        self.log_width = nn.Parameter(torch.full((units,), -0.7))
        self.read = nn.Linear(units, 1)

    def forward(self, points):
        squared = (points[:, None] - self.centres).pow(2).sum(2)
        return self.read(torch.exp(-squared * torch.exp(-2 * self.log_width)))


model = Radial()
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
for epoch in range(10):
    for rows in torch.randperm(1000).split(100):
        with torch.autocast("cpu", dtype=torch.float16):
            guess = model(x[rows])
            loss = nn.functional.mse_loss(guess.float(), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        held_out = nn.functional.mse_loss(model(x[1000:]), y[1000:])
    print(f"{epoch}: {loss.item():.3f}, held out {held_out.item():.3f}")
