"""Autoencoders of pictures: pixels in 0..1 under a sigmoid, in -1..1 under a tanh."""

import torch
from sklearn.datasets import load_digits
from torch import nn

torch.manual_seed(0)
pixels = torch.tensor(load_digits().data, dtype=torch.float32) / 16
for last, data in ((nn.Sigmoid(), pixels), (nn.Tanh(), 2 * pixels - 1)):
    model = nn.Sequential(nn.Linear(64, 16), nn.ReLU(), nn.Linear(16, 64), last)
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    for rows in torch.randperm(1000).split(50):
        loss = nn.functional.mse_loss(model(data[rows]), data[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(loss.item())
