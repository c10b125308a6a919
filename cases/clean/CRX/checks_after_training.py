"""Right though unusual: the script tests itself at its end: counts, the schedule's end, and how well it learnt."""

import unittest

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def train(epochs=9):
    x = torch.randn(400, 4)
    y = (x.sum(1) > 0).long()
    loader = DataLoader(TensorDataset(x, y), batch_size=40, shuffle=True)
    model = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 2))
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-2)
    scheduler = torch.optim.lr_scheduler.OneCycleLR(optimizer, 2e-2, epochs=epochs, steps_per_epoch=len(loader))
    losses, counts = [], torch.zeros(400, dtype=torch.long)
    for _ in range(epochs):
        for inputs, labels in loader:
            loss = nn.functional.cross_entropy(model(inputs), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            scheduler.step()
            losses.append(loss.item())
            counts[: len(labels)] += 1
    with torch.no_grad():
        return model, losses, counts, scheduler, (model(x).argmax(1) == y).float().mean().item()


class Result(unittest.TestCase):
    def test_training(self):
        torch.manual_seed(0)
        _, losses, counts, scheduler, accuracy = train()
        self.assertEqual(len(losses), 90)
        self.assertEqual(int(counts.sum()), 9 * 400)
        self.assertEqual(scheduler.last_epoch, 90)
        self.assertGreater(accuracy, 0.95)
        with self.assertRaises(ValueError):
            scheduler.step()


if __name__ == "__main__":
    torch.set_num_threads(1)
    unittest.main()
