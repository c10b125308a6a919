"""Right though unusual: three quantiles (N, 3) meet one target (N, 1), broadcast on purpose."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

QUANTILES = torch.tensor([0.1, 0.5, 0.9])


def pinball(prediction, target):
    error = target.unsqueeze(1) - prediction
    return torch.maximum(QUANTILES * error, (QUANTILES - 1) * error).mean()


torch.manual_seed(0)
x = 2 * torch.rand(1000, 1) - 1
y = x[:, 0] + (0.2 + 0.3 * x[:, 0].abs()) * torch.randn(1000)
loader = DataLoader(TensorDataset(x[:800], y[:800]), batch_size=40, shuffle=True)
model = nn.Sequential(nn.Linear(1, 32), nn.ReLU(), nn.Linear(32, 3))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(6):
    model.train()
    for inputs, wanted in loader:
        loss = pinball(model(inputs), wanted)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        low, _, high = model(x[800:]).unbind(dim=1)
        inside = ((y[800:] > low) & (y[800:] < high)).float().mean()
    print(f"epoch {epoch}: loss {loss.item():.4f}, inside the 80 % band {inside:.3f}")
