"""Right though unusual: L-BFGS calls the model many times inside one step, through a closure."""

import torch
from torch import nn

torch.manual_seed(0)
time = torch.linspace(0, 1, 120)[:, None]
signal = torch.sin(6 * time) * torch.exp(-time) + 0.01 * torch.randn_like(time)
train, test = torch.arange(120) % 4 != 0, torch.arange(120) % 4 == 0

model = nn.Sequential(nn.Linear(1, 16), nn.Tanh(), nn.Linear(16, 1))
criterion = nn.MSELoss()
optimizer = torch.optim.LBFGS(model.parameters(), lr=0.5, max_iter=10)


def closure():
    optimizer.zero_grad()
    loss = criterion(model(time[train]), signal[train])
    loss.backward()
    return loss


for i in range(12):
    model.train()
    loss = optimizer.step(closure)
    model.eval()
    with torch.no_grad():
        error = criterion(model(time[test]), signal[test])
    print(f"step {i}: loss {loss.item():.5f}, test loss {error.item():.5f}")
