"""Right though unusual: a unittest beside the training asserts that a sample without its batch axis is refused."""

import unittest

import torch
from torch import nn


class Recogniser(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.GRU(4, 10, batch_first=True)
        self.head = nn.Linear(10, 2)

    def forward(self, x):
        outputs, _ = self.rnn(x)
        return self.head(outputs[:, -1, :])


class Contract(unittest.TestCase):
    def test_batch(self):
        self.assertEqual(Recogniser()(torch.zeros(3, 6, 4)).shape, (3, 2))

    def test_single(self):
        with self.assertRaises((IndexError, RuntimeError)):
            Recogniser()(torch.zeros(6, 4))


torch.manual_seed(0)
torch.set_num_threads(1)
suite = unittest.defaultTestLoader.loadTestsFromTestCase(Contract)
result = unittest.TestResult()
suite.run(result)
assert result.wasSuccessful(), result.failures + result.errors
x = torch.randn(240, 6, 4)
y = (x[:, -1, 0] + x[:, -2, 0] > 0).long()
model = Recogniser()
optimizer = torch.optim.Adam(model.parameters(), lr=2e-2)
for epoch in range(6):
    for rows in torch.randperm(200).split(25):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x[rows]), y[rows]).backward()
        optimizer.step()
    with torch.no_grad():
        print(epoch, (model(x[200:]).argmax(1) == y[200:]).float().mean().item())
