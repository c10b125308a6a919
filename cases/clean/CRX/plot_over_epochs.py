"""Right though unusual: figures and tables are built for exactly EPOCHS values.

A shortened loop would not give them.
"""

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

EPOCHS = 14
torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(320, 3)
y = x.abs().sum(1, keepdim=True)
loader = DataLoader(TensorDataset(x, y), batch_size=32, shuffle=True)
net = nn.Sequential(nn.Linear(3, 32), nn.ReLU(), nn.Linear(32, 1))
optimizer = torch.optim.Adam(net.parameters(), lr=1e-2)
history, steps = [], []
for epoch in range(EPOCHS):
    for a, b in loader:
        loss = nn.functional.mse_loss(net(a), b)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        steps.append(loss.item())
    history.append(np.mean(steps[-len(loader) :]))
    if epoch > 0:
        print(f"epoch {epoch}: {history[epoch]:.4f}, before {history[epoch - 1]:.4f}")
grid = np.array(steps).reshape(EPOCHS, len(loader))
figure, axes = plt.subplots()
axes.plot(range(EPOCHS), history)
axes.errorbar(np.arange(EPOCHS), grid.mean(1), grid.std(1))
figure.savefig("curve.png")
