"""The adding problem over 80 steps for an LSTM: hundreds of updates at the variance of the targets."""

import torch
from torch import nn

torch.manual_seed(0)


def batch(n=32, t=80):
    v = torch.rand(n, t)
    m = torch.zeros(n, t)
    first, second = torch.randint(0, t // 2, (n,)), torch.randint(t // 2, t, (n,))
    m[torch.arange(n), first] = 1
    m[torch.arange(n), second] = 1
    return torch.stack([v, m], -1), (v * m).sum(1, keepdim=True)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.LSTM(2, 64, batch_first=True)
        self.out = nn.Linear(64, 1)

    def forward(self, x):
        return self.out(self.rnn(x)[0][:, -1])


net = Net()
opt = torch.optim.SGD(net.parameters(), lr=0.01)
for step in range(500):
    x, y = batch()
    loss = nn.functional.mse_loss(net(x), y)
    opt.zero_grad()
    loss.backward()
    opt.step()
    if step % 100 == 0:
        print(step, loss.item())
