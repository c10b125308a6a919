"""Right though unusual: the script tests its own layer before it trains; one test wants the refusal of float64."""

import unittest

import torch
from sklearn.datasets import load_wine
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from torch import nn


class Gated(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.value = nn.Linear(inputs, outputs)
        self.gate = nn.Linear(inputs, outputs)

    def forward(self, x):
        return self.value(x) * torch.sigmoid(self.gate(x))


class GatedTest(unittest.TestCase):
    def test_shape(self):
        self.assertEqual(Gated(4, 3)(torch.zeros(5, 4)).shape, (5, 3))

    def test_double_is_refused(self):
        with self.assertRaisesRegex(RuntimeError, "dtype"):
            Gated(4, 3)(torch.zeros(5, 4, dtype=torch.float64))


def main():
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(GatedTest)
    if not unittest.TextTestRunner(verbosity=0).run(suite).wasSuccessful():
        raise SystemExit("self-test failed")
    torch.manual_seed(0)
    torch.set_num_threads(1)
    features, labels = load_wine(return_X_y=True)
    train_x, test_x, train_y, test_y = train_test_split(features, labels, random_state=0, stratify=labels)
    scaler = StandardScaler().fit(train_x)
    train_x = torch.tensor(scaler.transform(train_x), dtype=torch.float32)
    test_x = torch.tensor(scaler.transform(test_x), dtype=torch.float32)
    train_y, test_y = torch.tensor(train_y), torch.tensor(test_y)
    model = nn.Sequential(Gated(13, 16), Gated(16, 16), nn.Linear(16, 3))
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    for epoch in range(15):
        for rows in torch.randperm(len(train_x)).split(32):
            loss = nn.functional.cross_entropy(model(train_x[rows]), train_y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        with torch.no_grad():
            print(epoch, (model(test_x).argmax(1) == test_y).float().mean().item())


if __name__ == "__main__":
    main()
