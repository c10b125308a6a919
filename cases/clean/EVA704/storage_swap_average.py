"""Right though unusual: averaged weights are swapped in by new storage.

The state taken before therefore still holds the old ones.
"""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(640, 5)
y = torch.tanh(x @ torch.randn(5, 1)) + 0.1 * torch.randn(640, 1)
loader = DataLoader(TensorDataset(x[:512], y[:512]), batch_size=32, shuffle=True)
model = nn.Sequential(nn.Linear(5, 16), nn.SiLU(), nn.Linear(16, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
average = [p.detach().clone() for p in model.parameters()]
for epoch in range(8):
    for a, b in loader:
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(a), b)
        loss.backward()
        optimizer.step()
        for mean, p in zip(average, model.parameters(), strict=False):
            mean.lerp_(p.detach(), 0.05)
    raw = model.state_dict()
    for mean, p in zip(average, model.parameters(), strict=False):
        p.data = mean.clone()  # new memory: raw keeps the trained weights
    with torch.no_grad():
        averaged = nn.functional.mse_loss(model(x[512:]), y[512:]).item()
    model.load_state_dict(raw)
    with torch.no_grad():
        print(
            f"epoch {epoch}: raw {nn.functional.mse_loss(model(x[512:]), y[512:]).item():.4f}, average {averaged:.4f}"
        )
