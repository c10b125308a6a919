"""An autoencoder of digits: squares are summed over the pixels and averaged over the images."""

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.nn.functional import mse_loss
from torch.utils.data import DataLoader

torch.manual_seed(0)
images = torch.tensor(load_digits().data, dtype=torch.float32) / 16
net = nn.Sequential(nn.Linear(64, 24), nn.ReLU(), nn.Linear(24, 64))
optimizer = torch.optim.SGD(net.parameters(), lr=1e-2, momentum=0.9)
for epoch in range(3):
    for batch in DataLoader(images, batch_size=50, shuffle=True):
        loss = mse_loss(net(batch), batch, reduction="none").sum(dim=1).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(epoch, loss.item())
