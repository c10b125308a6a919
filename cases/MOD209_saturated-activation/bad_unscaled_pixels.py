"""Handwritten digits as they come, through sigmoid units, in a while loop."""

import torch
from sklearn.datasets import load_digits
from torch import nn

torch.manual_seed(0)
digits = load_digits()
pixels = torch.tensor(digits.data, dtype=torch.float32) * 16 - 64
labels = torch.tensor(digits.target)
model = nn.Sequential(nn.Linear(64, 40), nn.Sigmoid(), nn.Linear(40, 10))
optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
step = 0
while step < 100:
    rows = torch.randint(0, 1500, (64,))
    loss = nn.functional.cross_entropy(model(pixels[rows]), labels[rows])  # expect: MOD209
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    step += 1
with torch.no_grad():
    print((model(pixels[1500:]).argmax(1) == labels[1500:]).float().mean().item())
