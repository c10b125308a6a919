"""How warm will the oven be? Eight readings, one temperature; a network whose weights are kept small by hand."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

SHRINK = 1e-5


def readings(rows: int, seed: int) -> TensorDataset:
    noise = torch.Generator().manual_seed(seed)
    x = torch.randn(rows, 8, generator=noise)
    slopes = torch.tensor([1.2, -0.8, 0.6, 0.0, 0.9, -1.1, 0.3, 0.5])
    y = x @ slopes + 0.3 * torch.sin(2 * x[:, 3]) + 0.1 * torch.randn(rows, generator=noise)
    return TensorDataset(x, (y / 2.2).unsqueeze(1))


def fit(net: nn.Module, loader: DataLoader, held_out: DataLoader, epochs: int) -> float:
    optimiser = torch.optim.SGD(net.parameters(), lr=0.02)
    worst = 0.0
    for _ in range(epochs):
        net.train()
        for x, y in loader:
            optimiser.zero_grad()
            nn.functional.mse_loss(net(x), y).backward()
            optimiser.step()
            with torch.no_grad():
                for weight in net.parameters():
                    weight.mul_(1 - SHRINK)
        net.eval()
        with torch.no_grad():
            for x, y in held_out:
                worst = nn.functional.mse_loss(net(x), y).item()
    return worst


torch.manual_seed(5)
network = nn.Sequential(nn.Linear(8, 48), nn.Tanh(), nn.Linear(48, 1))
error = fit(network, DataLoader(readings(1000, 1), 50, shuffle=True), DataLoader(readings(500, 2), 500), epochs=25)
print(f"squared error {error:.3f}")
