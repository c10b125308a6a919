"""Right though unusual: dropout stays on at the end, and twenty passes over the same input measure uncertainty."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
x = 4 * torch.rand(500, 1) - 2
y = x**3 / 4 + 0.1 * torch.randn_like(x)
loader = DataLoader(TensorDataset(x[:400], y[:400]), batch_size=40, shuffle=True)
model = nn.Sequential(
    nn.Linear(1, 64), nn.ReLU(), nn.Dropout(0.1), nn.Linear(64, 64), nn.ReLU(), nn.Dropout(0.1), nn.Linear(64, 1)
)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(8):
    model.train()
    for inputs, wanted in loader:
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(inputs), wanted)
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}: loss {loss.item():.3f}")

model.train()  # on purpose: the spread of the passes is the answer
with torch.no_grad():
    passes = torch.stack([model(x[400:]) for _ in range(20)])
    error = nn.functional.mse_loss(passes.mean(dim=0), y[400:])
print(f"error of the mean {error.item():.3f}, spread of the passes {passes.std(dim=0).mean():.3f}")
