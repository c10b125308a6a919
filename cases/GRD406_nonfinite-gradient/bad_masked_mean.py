"""Ratings of shops from the reviews they have, if any: the mean of their reviews' scores, then a bias a town."""

import torch
from torch import nn


class ShopModel(nn.Module):
    def __init__(self, inputs, towns, hidden=16):
        super().__init__()
        self.score = nn.Sequential(nn.Linear(inputs, hidden), nn.Tanh(), nn.Linear(hidden, 1))
        self.town = nn.Embedding(towns, 1)

    def forward(self, reviews, present, town):
        scores = self.score(reviews).squeeze(-1) * present
        amount = present.sum(dim=1)
        mean = scores.sum(dim=1) / amount  # expect: GRD406
        return torch.where(amount > 0, mean, 0.0) + self.town(town).squeeze(-1)


def shops(count, generator):
    reviews = torch.randn(count, 6, 5, generator=generator)
    amount = torch.randint(0, 7, (count, 1), generator=generator)
    present = (torch.arange(6) < amount).float()
    town = torch.randint(0, 4, (count,), generator=generator)
    rating = (reviews[..., 0] * present).sum(1) / present.sum(1).clamp(min=1) + town * 0.5
    return {"reviews": reviews, "present": present, "town": town}, rating


def batches(inputs, ratings, size):
    order = torch.randperm(len(ratings))
    for start in range(0, len(ratings) - size + 1, size):
        rows = order[start : start + size]
        yield {name: values[rows] for name, values in inputs.items()}, ratings[rows]


torch.manual_seed(8)
inputs, ratings = shops(960, torch.Generator().manual_seed(8))
model = ShopModel(5, towns=4)
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
for epoch in range(4):
    total = 0.0
    for batch, rating in batches(inputs, ratings, 48):
        optimizer.zero_grad()
        error = (model(**batch) - rating).square().mean()
        error.backward()
        optimizer.step()
        total += error.item()
    print("epoch", epoch, "error", round(total / 20, 4))
