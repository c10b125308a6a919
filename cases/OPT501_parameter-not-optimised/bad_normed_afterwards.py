"""Rhythm of a heart from ninety-six samples; weight normalisation is put on once the optimiser is there."""

import torch
from torch import nn
from torch.nn.utils.parametrizations import weight_norm
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
torch.set_num_threads(1)
pace = torch.randint(3, (600,))
beats = torch.sin((0.2 + 0.15 * pace[:, None]) * torch.arange(96) + 6 * torch.rand(600, 1))
beats = (beats + 0.2 * torch.randn(600, 96)).unsqueeze(1)

first, second = nn.Conv1d(1, 8, 9, stride=3), nn.Conv1d(8, 8, 5, stride=2)
model = nn.Sequential(first, nn.ReLU(), second, nn.ReLU(), nn.AdaptiveMaxPool1d(1), nn.Flatten(), nn.Linear(8, 3))
optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)  # expect: OPT501
for layer in (first, second):
    weight_norm(layer)  # has two new parameters in place of the weight that the optimiser holds
for epoch in range(6):
    right = 0
    for signal, wanted in DataLoader(TensorDataset(beats, pace), batch_size=40, shuffle=True):
        scores = model(signal)
        loss = nn.functional.cross_entropy(scores, wanted)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        right += (scores.argmax(1) == wanted).sum().item()
    print(epoch, right / 600)
