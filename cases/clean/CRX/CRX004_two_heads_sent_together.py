"""Right though unusual: torch.autograd.backward takes several losses at once; a helper retries with weights when it must."""

import contextlib

import torch
from torch import nn


def backward_all(losses):
    with contextlib.suppress(RuntimeError):
        torch.autograd.backward(losses, retain_graph=True)
        return "as they are"
    for module in (body, left, right):
        module.zero_grad()
    torch.autograd.backward(losses, [torch.full_like(loss, 1 / loss.numel()) for loss in losses])
    return "weighted"


torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(300, 5)
first, second = x[:, 0].gt(0).long(), x[:, 1:2] * 2
body, left, right = nn.Linear(5, 12), nn.Linear(12, 2), nn.Linear(12, 1)
optimizer = torch.optim.Adam([*body.parameters(), *left.parameters(), *right.parameters()], lr=2e-2)
for epoch in range(5):
    for rows in torch.randperm(240).split(24):
        z = torch.tanh(body(x[rows]))
        losses = [
            nn.functional.cross_entropy(left(z), first[rows]),
            nn.functional.mse_loss(right(z), second[rows], reduction="none"),
        ]
        optimizer.zero_grad()
        how = backward_all(losses)
        optimizer.step()
    with torch.no_grad():
        z = torch.tanh(body(x[240:]))
        print(epoch, how, (left(z).argmax(1) == first[240:]).float().mean().item())
