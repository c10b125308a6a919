"""Weights are adapted in three inner steps by hand, and the outer step learns where to start from."""

import torch
import torch.nn.functional as F

torch.manual_seed(0)
weights = [torch.randn(1, 16) * 0.5, torch.zeros(16), torch.randn(16, 1) * 0.2, torch.zeros(1)]
weights = [weight.requires_grad_() for weight in weights]
optimizer = torch.optim.Adam(weights, lr=5e-3)


def forward(x, w):
    return torch.tanh(x @ w[0] + w[1]) @ w[2] + w[3]


for task in range(40):
    phase = torch.rand(1) * 3
    x = torch.rand(20, 1) * 6 - 3
    y = torch.sin(x + phase)
    fast, inner = weights, []
    for _ in range(3):
        loss = F.mse_loss(forward(x[:10], fast), y[:10])
        inner.append(loss)
        gradients = torch.autograd.grad(loss, fast, create_graph=True)
        fast = [w - 0.05 * g for w, g in zip(fast, gradients, strict=True)]
    outer = F.mse_loss(forward(x[10:], fast), y[10:]) + 0.1 * sum(inner)
    optimizer.zero_grad()
    outer.backward()
    optimizer.step()
print(outer.item())
