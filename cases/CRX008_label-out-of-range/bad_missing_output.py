"""Handwritten digits; soft targets are made by one-hot encoding and smoothing."""

import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits
from torch import nn

CLASSES = 9


def smooth(labels, amount=0.1):
    hard = F.one_hot(labels, CLASSES).float()  # expect: CRX008
    return hard * (1 - amount) + amount / CLASSES


torch.manual_seed(1)
data = load_digits()
images = torch.tensor(data.data, dtype=torch.float32) / 16
digits = torch.tensor(data.target)
order = torch.randperm(len(images))
images, digits = images[order], digits[order]
model = nn.Sequential(nn.Linear(64, 48), nn.GELU(), nn.Linear(48, CLASSES))
optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
for epoch in range(3):
    for number, (batch, labels) in enumerate(zip(images.split(60), digits.split(60))):
        log_probabilities = model(batch).log_softmax(dim=1)
        loss = -(smooth(labels) * log_probabilities).sum(dim=1).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if number % 10 == 0:
            print(f"{epoch}/{number}: {loss.item():.3f}")
