"""Keeps the losses of a run as an array."""

import numpy as np
import torch

torch.manual_seed(0)
x = torch.randn(160, 5)
y = x.sum(1, keepdim=True)
w = torch.nn.Linear(5, 1)
optimizer = torch.optim.SGD(w.parameters(), lr=0.05)
history = []
for xb, yb in zip(x.split(16), y.split(16)):
    optimizer.zero_grad()
    loss = (w(xb) - yb).pow(2).mean()
    loss.backward()
    optimizer.step()
    history.append(loss)
print("last losses", np.array(history[-3:]))  # expect: CRX012
