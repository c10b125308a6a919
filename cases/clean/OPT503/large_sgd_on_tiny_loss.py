"""A rate of 8000 for SGD: the offsets are thousandths of a metre, so gradients are tiny."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(1)
angle = torch.rand(800, 3) * 2 - 1
offset = 0.004 * torch.sin(2 * angle[:, :1]) * angle[:, 1:2] + 0.0001 * torch.randn(800, 1)


class Offset(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(3, 48), nn.Tanh(), nn.Linear(48, 48), nn.Tanh())
        self.head = nn.Linear(48, 1, bias=False)

    def forward(self, x):
        return 0.004 * self.head(self.body(x))


net = Offset()
opt = torch.optim.SGD(net.parameters(), lr=8000.0, momentum=0.9)
for epoch in range(30):
    for a, b in DataLoader(TensorDataset(angle, offset), 50, shuffle=True):
        loss = ((net(a) - b) ** 2).mean()
        opt.zero_grad()
        loss.backward()
        opt.step()
    if epoch % 5 == 4:
        print(epoch, loss.item())
