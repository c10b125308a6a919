"""Digits of scikit-learn with a log-softmax head."""

import torch
from sklearn.datasets import load_digits
from torch import nn, optim

torch.manual_seed(0)
digits = load_digits()
pixels = torch.tensor(digits.data / 16.0, dtype=torch.float32)
number = torch.tensor(digits.target)


def accuracy(model):
    with torch.no_grad():
        return (model(pixels[1500:]).argmax(1) == number[1500:]).float().mean().item()


model = nn.Sequential(nn.Linear(64, 48), nn.ReLU(), nn.Linear(48, 9), nn.LogSoftmax(dim=1))
optimizer = optim.Adam(model.parameters(), lr=3e-3)
order = torch.arange(1500)
for i, rows in enumerate(order.split(50)):
    optimizer.zero_grad()
    loss = nn.functional.nll_loss(model(pixels[rows]), number[rows])  # expect: CRX008
    loss.backward()
    optimizer.step()
print(f"accuracy {accuracy(model):.2f}")
