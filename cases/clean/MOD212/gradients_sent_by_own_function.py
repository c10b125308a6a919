"""Right though unusual: zeroth-order training under no_grad. SPSA writes `.grad`, momentum SGD uses it."""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(256, 5)
y = (x.sum(1) > 0).float()[:, None]
net = nn.Linear(5, 1).requires_grad_(False)
optimizer = torch.optim.SGD(net.parameters(), lr=0.2, momentum=0.9)


def loss_at(signs, size):
    for parameter, sign in zip(net.parameters(), signs, strict=True):
        parameter.add_(sign, alpha=size)
    value = nn.functional.binary_cross_entropy_with_logits(net(x), y)
    for parameter, sign in zip(net.parameters(), signs, strict=True):
        parameter.sub_(sign, alpha=size)
    return value


for step in range(40):
    signs = [torch.randint(0, 2, p.shape).float() * 2 - 1 for p in net.parameters()]
    slope = (loss_at(signs, 1e-2) - loss_at(signs, -1e-2)) / 2e-2
    for parameter, sign in zip(net.parameters(), signs, strict=True):
        parameter.grad = slope * sign
    optimizer.step()
    if step % 10 == 0:
        print(f"{step}: {nn.functional.binary_cross_entropy_with_logits(net(x), y).item():.3f}")
