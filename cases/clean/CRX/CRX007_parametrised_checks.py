"""Right though unusual: operations that mix devices are listed with their outcome, in subtests run before training."""

import unittest

import torch
from torch import nn


class Mixing(unittest.TestCase):
    def test_refused(self):
        real, ghost = torch.ones(2, 2), torch.ones(2, 2, device="meta")
        for name, call in {
            "add": lambda: real + ghost,
            "layer": lambda: nn.Linear(2, 2, device="meta")(real),
            "loss": lambda: nn.functional.mse_loss(real, ghost),
            "join": lambda: torch.cat([real, ghost]),
        }.items():
            with self.subTest(name):
                try:
                    outcome = call().device.type
                except (RuntimeError, NotImplementedError):
                    outcome = "meta"
                self.assertEqual(outcome, "meta")


if __name__ == "__main__":
    torch.set_num_threads(1)
    program = unittest.main(argv=["checks"], exit=False, verbosity=0)
    assert program.result.wasSuccessful()
    torch.manual_seed(0)
    x = torch.randn(240, 2)
    y = (x[:, 0] * 2 - x[:, 1] > 0.3).float()
    model = nn.Sequential(nn.Linear(2, 1), nn.Flatten(0))
    optimizer = torch.optim.Adagrad(model.parameters(), lr=0.3)
    for epoch in range(4):
        for rows in torch.randperm(180).split(20):
            loss = nn.functional.binary_cross_entropy_with_logits(model(x[rows]), y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        with torch.no_grad():
            print(epoch, (model(x[180:]).gt(0) == y[180:].gt(0)).float().mean().item())
