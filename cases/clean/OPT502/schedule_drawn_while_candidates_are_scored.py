"""Right though unusual: architectures are scored by their gradients, untrained; a dry run draws the schedule beforehand.

SNIP and gradient-norm scores need one backward of each candidate. Only the winner is trained.
"""

import torch
from torch import nn
from torch.optim.lr_scheduler import OneCycleLR


def build(width, depth):
    layers = [nn.Linear(7, width), nn.ReLU()]
    for _ in range(depth - 1):
        layers += [nn.Linear(width, width), nn.ReLU()]
    return nn.Sequential(*layers, nn.Linear(width, 2))


def draw(steps):
    """The learning rates of a run: an optimiser that steps with no gradient moves nothing."""
    idle = torch.optim.AdamW(build(16, 1).parameters())
    plan = OneCycleLR(idle, max_lr=1e-2, total_steps=steps)
    rates = []
    for _ in range(steps):
        rates.append(plan.get_last_lr()[0])
        idle.step()
        plan.step()
    return rates


def score(net, batches):
    total = 0.0
    for x, y in batches:
        net.zero_grad()
        nn.functional.cross_entropy(net(x), y).backward()
        total += sum((p * p.grad).abs().sum().item() for p in net.parameters())
    return total / len(batches)


torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(560, 7)
y = (x[:, 0] * x[:, 1] > x[:, 2]).long()
rows = torch.randperm(480).split(48)
rates = draw(steps=8 * len(rows))
print("rates", " ".join(f"{rate:.4f}" for rate in rates[::16]))
scores = {}
for width, depth in [(16, 1), (16, 2), (32, 1), (32, 2)]:
    net = build(width, depth)
    scores[width, depth] = score(net, [(x[r], y[r]) for r in rows])
winner = max(scores, key=scores.get)
net = build(*winner)
optimizer = torch.optim.AdamW(net.parameters(), lr=rates[0])
for step, rate in enumerate(rates):
    batch = rows[step % len(rows)]
    optimizer.param_groups[0]["lr"] = rate
    optimizer.zero_grad()
    loss = nn.functional.cross_entropy(net(x[batch]), y[batch])
    loss.backward()
    optimizer.step()
with torch.no_grad():
    print(winner, (net(x[480:]).argmax(1) == y[480:]).float().mean().item())
