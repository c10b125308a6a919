"""Right though unusual: the model is wrapped by torch.compile; weights are named under _orig_mod."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
x = torch.randn(512, 8)
y = x[:, :1] * x[:, 1:2] + x[:, 2:3]
loader = DataLoader(TensorDataset(x[:384], y[:384]), batch_size=32, shuffle=True, drop_last=True)
model = nn.Sequential(nn.Linear(8, 48), nn.ReLU(), nn.Linear(48, 1))
compiled = torch.compile(model, backend="eager")
optimizer = torch.optim.Adam(compiled.parameters(), lr=1e-2)
for epoch in range(8):
    compiled.train()
    for inputs, wanted in loader:
        loss = nn.functional.mse_loss(compiled(inputs), wanted)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        error = nn.functional.mse_loss(model(x[384:]), y[384:])
    print(f"epoch {epoch}: loss {loss.item():.3f}, validation {error.item():.3f}")
