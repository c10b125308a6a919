"""A wide net through a code of one number that is rounded to 3 levels (hard information bottleneck)."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
x = torch.randn(600, 10)
y = torch.randint(0, 8, (600,))
enc = nn.Sequential(nn.Linear(10, 128), nn.ReLU(), nn.Linear(128, 1), nn.Tanh())
dec = nn.Sequential(nn.Linear(1, 128), nn.ReLU(), nn.Linear(128, 8))
opt = torch.optim.Adam([*enc.parameters(), *dec.parameters()], 1e-3)
for epoch in range(5):
    for a, b in DataLoader(TensorDataset(x, y), 100, shuffle=True):
        z = enc(a)
        z = z + (z.round() - z).detach()
        loss = nn.functional.cross_entropy(dec(z), b)
        opt.zero_grad()
        loss.backward()
        opt.step()
    print(epoch, loss.item())
