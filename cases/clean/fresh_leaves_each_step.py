"""Right though unusual: each update makes new leaves, w = (w - lr * w.grad).detach().requires_grad_()."""

import torch

torch.manual_seed(0)
x = torch.randn(400, 5)
y = x @ torch.tensor([[1.0], [-2.0], [0.5], [0.0], [3.0]]) + 0.7 + 0.05 * torch.randn(400, 1)
w = torch.zeros(5, 1, requires_grad=True)
b = torch.zeros(1, requires_grad=True)

for epoch in range(12):
    for rows in torch.randperm(320).split(32):
        loss = ((x[rows] @ w + b - y[rows]) ** 2).mean()
        loss.backward()
        w = (w - 0.05 * w.grad).detach().requires_grad_()
        b = (b - 0.05 * b.grad).detach().requires_grad_()
    with torch.no_grad():
        error = ((x[320:] @ w + b - y[320:]) ** 2).mean()
    print(f"epoch {epoch}: validation error {error.item():.4f}")
