"""Right: elastic weight consolidation: squared gradients of task one are summed up without a step, then task two is learnt."""

import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(8)
torch.set_num_threads(1)
x = torch.randn(300, 8)
tasks = [(x[:, 0] > 0).long(), (x[:, 1] + 0.3 * x[:, 0] > 0).long()]
net = nn.Sequential(nn.Linear(8, 24), nn.ReLU(), nn.Linear(24, 2))
optimizer = torch.optim.Adam(net.parameters(), lr=5e-3)
fisher, anchor = {}, {}
for y in tasks:
    for step in range(30):
        rows = torch.randint(0, 300, (30,))
        loss = F.cross_entropy(net(x[rows]), y[rows])
        for name, p in net.named_parameters():
            if name in fisher:
                loss = loss + 20 * (fisher[name] * (p - anchor[name]).square()).sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    optimizer.zero_grad()
    squares = {name: torch.zeros_like(p) for name, p in net.named_parameters()}
    for row in range(40):
        F.cross_entropy(net(x[row : row + 1]), y[row : row + 1]).backward()
        for name, p in net.named_parameters():
            squares[name] += p.grad.square() / 40
        optimizer.zero_grad()
    fisher = {name: fisher.get(name, 0) + value for name, value in squares.items()}
    anchor = {name: p.detach().clone() for name, p in net.named_parameters()}
    print(f"{loss.item():.4f}", [round((net(x).argmax(1) == t).float().mean().item(), 2) for t in tasks])
