"""Two noisy views of each sample are drawn together: no order of the samples matters."""

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.nn.functional import cross_entropy, normalize
from torch.utils.data import DataLoader

torch.manual_seed(0)
images = torch.tensor(load_digits().data, dtype=torch.float32) / 16
net = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 16))
optimizer = torch.optim.Adam(net.parameters(), lr=2e-3)
for epoch in range(3):
    for batch in DataLoader(images, batch_size=64, shuffle=True, drop_last=True):
        views = torch.cat([batch + 0.1 * torch.randn_like(batch), batch + 0.1 * torch.randn_like(batch)])
        codes = normalize(net(views), dim=1)
        alike = codes @ codes.T / 0.2
        alike = alike.masked_fill(torch.eye(128, dtype=torch.bool), float("-inf"))
        loss = cross_entropy(alike, (torch.arange(128) + 64) % 128)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(epoch, loss.item())
