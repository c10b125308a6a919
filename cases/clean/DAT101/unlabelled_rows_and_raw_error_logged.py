"""Right though unusual: NaN targets are left out of the loss; the plain mean, which is NaN, is kept for nanmean in
the log only.
"""

import torch
import torch.nn.functional as F
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(1)
torch.set_num_threads(1)
x = torch.randn(800, 5)
y = torch.stack([x[:, 0] * x[:, 1], x[:, 2].sin(), x[:, 3:].sum(1)], dim=1)
y[:640][torch.rand(640, 3) < 0.01] = torch.nan
loader = DataLoader(TensorDataset(x[:640], y[:640]), batch_size=32, shuffle=True)
model = torch.nn.Sequential(torch.nn.Linear(5, 64), torch.nn.ReLU(), torch.nn.Linear(64, 3))
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
for epoch in range(6):
    raw = []
    for inputs, wanted in loader:
        output = model(inputs)
        known = ~wanted.isnan()
        raw.append(F.mse_loss(output, wanted).detach())
        loss = F.mse_loss(output[known], wanted[known])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    complete = (~torch.stack(raw).isnan()).sum().item()
    with torch.no_grad():
        valid = F.mse_loss(model(x[640:]), y[640:]).item()
    print(f"epoch {epoch}: loss {loss.item():.3f}, complete batches {complete}, validation {valid:.3f}")
