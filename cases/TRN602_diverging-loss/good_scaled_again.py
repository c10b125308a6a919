"""Tides from the last twelve levels: a regression whose inputs are brought to unit scale."""

import math

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Tides(Dataset):
    def __init__(self, first, count):
        hours = torch.arange(first, first + count + 12, dtype=torch.float32)
        levels = 3 * torch.sin(hours * math.tau / 12.4) + 1.5 * torch.sin(hours * math.tau / 24)
        self.windows = levels.unfold(0, 12, 1)[:count].clone()
        self.next_level = levels[12 : 12 + count].clone()

    def to_unit_scale(self, scale=0.25):
        self.windows *= scale

    def __len__(self):
        return len(self.next_level)

    def __getitem__(self, index):
        return self.windows[index], self.next_level[index]


class Forecast(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(12, 48), nn.ReLU(), nn.Linear(48, 48), nn.ReLU(), nn.Linear(48, 1))

    def forward(self, window):
        return self.layers(window).squeeze(-1)


torch.manual_seed(2)
past, future = Tides(0, 1200), Tides(1300, 300)
train, test = DataLoader(past, batch_size=30, shuffle=True), DataLoader(future, batch_size=300)
model = Forecast()
optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.5)
past.to_unit_scale()
future.to_unit_scale()
epoch = 0
while epoch < 15:
    model.train()
    for window, level in train:
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(window), level)
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        for window, level in test:
            error = nn.functional.mse_loss(model(window), level).item()
    epoch += 1
    print(f"{epoch:2d}: loss {loss.item():.4f}, error {error:.4f}")
