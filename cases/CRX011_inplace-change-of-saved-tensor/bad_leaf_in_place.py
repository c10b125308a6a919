"""A hand-written update without no_grad: a leaf may not be changed in place, though nothing saved it."""
import torch

torch.manual_seed(0)
x = torch.randn(200, 4)
y = x[:, :1] * 2
w = torch.zeros(4, 1, requires_grad=True)
for rows in torch.randperm(200).split(20):
    loss = ((x[rows] @ w - y[rows]) ** 2).mean()
    loss.backward()
    w -= 0.1 * w.grad  # expect: CRX011
    w.grad = None
