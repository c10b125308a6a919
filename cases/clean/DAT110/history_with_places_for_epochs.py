"""Right though unusual: the losses go into a list with one place for each epoch, which ends as a tensor."""

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

EPOCHS = 12
torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.rand(256, 2) * 4 - 2
y = torch.sin(x[:, :1]) * x[:, 1:]
loader = DataLoader(TensorDataset(x, y), batch_size=32, shuffle=True)
model = nn.Sequential(nn.Linear(2, 32), nn.Tanh(), nn.Linear(32, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
history = [None] * EPOCHS
for epoch in range(EPOCHS):
    total = 0.0
    for inputs, targets in loader:
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(inputs), targets)
        loss.backward()
        optimizer.step()
        total += loss.item()
    history[epoch] = total / len(loader)
curve = torch.from_numpy(np.array(history))
print("first", curve[0].item(), "best", curve.min().item(), "at", curve.argmin().item())
