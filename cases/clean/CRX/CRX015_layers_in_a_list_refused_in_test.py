"""Right though unusual: a test wants that a network with its layers in a plain list can't be trained unnoticed."""

import contextlib
import unittest

import torch
from torch import nn


class Tower(nn.Module):
    def __init__(self, widths, container=nn.ModuleList):
        super().__init__()
        self.layers = container(nn.Linear(a, b) for a, b in zip(widths, widths[1:]))

    def forward(self, x):
        for layer in self.layers[:-1]:
            x = nn.functional.silu(layer(x))
        return self.layers[-1](x)


class TowerTest(unittest.TestCase):
    def test_list_hides_its_layers(self):
        for kind in (list, tuple):
            with self.subTest(kind=kind), self.assertRaises(ValueError) as caught:
                torch.optim.SGD(Tower((2, 2, 1), kind).parameters(), lr=0.1)
            self.assertIn("empty", str(caught.exception))

    @unittest.expectedFailure
    def test_generator_is_no_container(self):
        torch.optim.SGD(Tower((2, 1), iter).parameters(), lr=0.1)


with contextlib.suppress(SystemExit):
    unittest.main(argv=["towers"], verbosity=0)

torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(320, 6)
y = x[:, :3].prod(1, keepdim=True).clamp(-2, 2)
model = Tower((6, 32, 32, 1))
optimizer = torch.optim.AdamW(model.parameters(), lr=5e-3)
losses = []
for step in range(120):
    rows = torch.randint(256, (32,))
    loss = nn.functional.smooth_l1_loss(model(x[rows]), y[rows])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
print("first and last ten", sum(losses[:10]) / 10, sum(losses[-10:]) / 10)
