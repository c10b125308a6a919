"""Metric learning: distances of all pairs of a batch, each row with itself among them."""

import torch
from torch import nn


class PairTrainer:
    def __init__(self, embed, margin=1.0):
        self.embed, self.margin = embed, margin
        self.optimizer = torch.optim.Adam(embed.parameters(), lr=1e-3)

    def loss(self, x, labels):
        z = self.embed(x)
        square = (z.unsqueeze(0) - z.unsqueeze(1)).pow(2).sum(-1)
        distance = square.sqrt()  # expect: GRD406
        same = labels.unsqueeze(0).eq(labels.unsqueeze(1))
        return (distance * same).mean() + ((self.margin - distance).relu() * ~same).mean()

    def step(self, batch):
        loss = self.loss(batch["x"], batch["label"])
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        return loss.item()


torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(320, 6)
labels = (x[:, 0] > 0).long()
trainer = PairTrainer(nn.Sequential(nn.Linear(6, 24), nn.ReLU(), nn.Linear(24, 4)))
for epoch in range(4):
    for rows in torch.randperm(320).split(32):
        value = trainer.step({"x": x[rows], "label": labels[rows]})
    print(f"{epoch}: {value:.3f}")
