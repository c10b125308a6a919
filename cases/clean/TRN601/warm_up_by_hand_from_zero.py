"""lr=0 in the constructor, warmed up by hand over 4,000 steps: the second step's rate is tiny."""

import torch
from torch import nn

torch.manual_seed(0)
x = torch.randn(3000, 16)
y = x[:, :5].argmax(1)
net = nn.Sequential(nn.Linear(16, 64), nn.ReLU(), nn.Linear(64, 5))
opt = torch.optim.SGD(net.parameters(), lr=0)
step = 0
for epoch in range(40):
    for i in torch.randperm(3000).split(30):
        step += 1
        for g in opt.param_groups:
            g["lr"] = 64**-0.5 * min(step**-0.5, step * 4000**-1.5)
        loss = nn.functional.cross_entropy(net(x[i]), y[i])
        opt.zero_grad()
        loss.backward()
        opt.step()
    if epoch % 10 == 0:
        print(epoch, loss.item())
