"""Right though unusual: top-k sparsified SGD with error feedback; what a step did not use goes back into .grad for
the next.
"""

import torch
import torch.nn.functional as F
from torch import nn, optim

torch.manual_seed(0)
torch.set_num_threads(1)


def sparse_step(optimizer, share):
    leftovers = []
    for group in optimizer.param_groups:
        for p in group["params"]:
            total = p.grad
            keep = max(1, int(share * total.numel()))
            limit = total.abs().flatten().kthvalue(total.numel() - keep + 1).values
            used = total.abs() >= limit
            leftovers.append((p, total * ~used))
            p.grad = total * used
    optimizer.step()
    for p, rest in leftovers:
        p.grad = rest


x = torch.randn(960, 10)
y = torch.sin(x[:, :5].sum(1, keepdim=True) * 0.7) + 0.5 * x[:, 5:6]
model = nn.Sequential(nn.Linear(10, 48), nn.ReLU(), nn.Linear(48, 1))
optimizer = optim.SGD(model.parameters(), lr=0.1)
for epoch in range(10):
    for rows in torch.randperm(768).split(32):
        loss = F.smooth_l1_loss(model(x[rows]), y[rows])
        loss.backward()
        sparse_step(optimizer, 0.2)
    with torch.no_grad():
        print(
            f"epoch {epoch}: loss {loss.item():.3f}, validation {F.smooth_l1_loss(model(x[768:]), y[768:]).item():.3f}"
        )
