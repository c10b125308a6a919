"""Right though unusual: a task without rows in the batch has loss NaN; its entry of the vector is dropped before the
sum that is trained on.
"""

import torch
from torch import nn

torch.manual_seed(16)
torch.set_num_threads(1)
x = torch.randn(640, 6)
domain = torch.multinomial(torch.tensor([0.8, 0.17, 0.03]), 640, replacement=True)
y = torch.stack([x[:, 0], x[:, 1].sin(), x[:, 2].abs()], 1).gather(1, domain[:, None]).squeeze(1)
trunk = nn.Sequential(nn.Linear(6, 32), nn.ReLU())
heads = nn.ModuleList(nn.Linear(32, 1) for _ in range(3))
optimizer = torch.optim.SGD([*trunk.parameters(), *heads.parameters()], lr=0.05, momentum=0.9)


def losses(rows):
    h = trunk(x[rows])
    each = [(heads[d](h[domain[rows] == d]).squeeze(1) - y[rows][domain[rows] == d]).square().mean() for d in range(3)]
    return torch.stack(each)


for epoch in range(8):
    for rows in torch.randperm(512).split(16):
        every = losses(rows)
        optimizer.zero_grad()
        loss = every[every.isfinite()].mean()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        print(f"epoch {epoch}: {loss.item():.3f} {losses(torch.arange(512, 640)).tolist()}")
