"""Peaks of two spectra without labels: each predicted position explains each peak by a soft share."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
torch.set_num_threads(1)
true_shift = torch.rand(64, 1) * 2
peaks = torch.arange(10) * 1.0 + 0.1 * torch.randn(64, 10)
moved = peaks + 0.4 * true_shift
loader = DataLoader(TensorDataset(peaks, moved, true_shift), batch_size=1, shuffle=True)
warp = nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 1))
optimizer = torch.optim.Adam(warp.parameters(), lr=5e-3)
for epoch in range(6):
    total = 0.0
    for here, there, shift in loader:
        rows = torch.cat([here[0].unsqueeze(1) / 10, shift.expand(10, 1)], 1)
        gap = (here[0].unsqueeze(1) + warp(rows) - there[0]) ** 2
        share = torch.softmax(-gap.detach() / 0.1, dim=1)
        loss = (share * gap).sum() / share.sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() / len(loader)
    print(epoch, round(total, 4))
