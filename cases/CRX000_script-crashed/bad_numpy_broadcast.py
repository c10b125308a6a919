"""Targets are made with NumPy, from columns of different lengths."""

import numpy as np
import torch
from torch import nn

torch.manual_seed(0)
rng = np.random.default_rng(0)
model = nn.Linear(4, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for step in range(20):
    x = rng.normal(size=(32, 4)).astype(np.float32)
    noise = rng.normal(size=(16, 1)).astype(np.float32)
    inputs = torch.from_numpy(x)
    prediction = model(inputs)
    target = torch.from_numpy(x[:, :1] + noise)  # expect: CRX000
    loss = nn.functional.mse_loss(prediction, target)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
