"""Right though unusual: the tests of an own autograd function run first; one of them wants an in-place edit refused."""

import unittest

import torch
from torch import nn


class Softsign(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        out = x / (1 + x.abs())
        ctx.save_for_backward(out)
        return out

    @staticmethod
    def backward(ctx, grad):
        (out,) = ctx.saved_tensors
        return grad * (1 - out.abs()) ** 2


class Tests(unittest.TestCase):
    def test_gradient(self):
        x = torch.linspace(-2, 2, 6, dtype=torch.double, requires_grad=True)
        self.assertTrue(torch.autograd.gradcheck(Softsign.apply, (x,)))

    def test_edit_of_the_output_is_noticed(self):
        out = Softsign.apply(torch.randn(4, requires_grad=True))
        out.mul_(2)
        with self.assertRaisesRegex(RuntimeError, "inplace operation"):
            out.sum().backward()


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Linear(2, 20), nn.Linear(20, 1)

    def forward(self, x):
        return self.b(Softsign.apply(self.a(x)))


result = unittest.TextTestRunner(verbosity=0).run(unittest.defaultTestLoader.loadTestsFromTestCase(Tests))
assert result.wasSuccessful()
torch.manual_seed(9)
torch.set_num_threads(1)
x = torch.rand(256, 2) * 2 - 1
y = (x[:, :1] * x[:, 1:]).abs()
net = Net()
optimizer = torch.optim.AdamW(net.parameters(), lr=0.02)
for epoch in range(10):
    for rows in torch.randperm(256).split(32):
        loss = (net(x[rows]) - y[rows]).pow(2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(epoch, loss.item())
