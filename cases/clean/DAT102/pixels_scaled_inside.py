"""Bytes of images go into the model as floats; it scales them itself, as exported models do."""

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("mean", torch.tensor(78.0))
        self.register_buffer("std", torch.tensor(96.0))
        self.body = nn.Sequential(nn.Conv2d(1, 16, 3), nn.ReLU(), nn.Flatten(), nn.Linear(16 * 36, 10))

    def forward(self, pixels):
        return self.body((pixels - self.mean) / self.std)


images, labels = load_digits(return_X_y=True)
pixels = torch.tensor(images * 255 / 16, dtype=torch.float32).reshape(-1, 1, 8, 8)
loader = DataLoader(TensorDataset(pixels, torch.tensor(labels)), batch_size=64, shuffle=True)
net = Net()
opt = torch.optim.SGD(net.parameters(), lr=0.01)
for epoch in range(10):
    total = 0.0
    for batch, target in loader:
        loss = nn.functional.cross_entropy(net(batch), target)
        opt.zero_grad()
        loss.backward()
        opt.step()
        total += loss.item()
    print(epoch, total / len(loader))
