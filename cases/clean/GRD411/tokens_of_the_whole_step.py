"""Tokens are counted first, for all micro-batches of a step; each sum is divided by that number."""

import torch
from torch import nn

torch.manual_seed(0)
rule = torch.randint(0, 4, (12,))


def padded(rows):
    lengths = torch.randint(3, 30, (rows, 1))
    letters = torch.randint(0, 12, (rows, 30))
    return letters, torch.where(torch.arange(30) < lengths, rule[letters], -100)


data = [padded(4) for _ in range(48)]
model = nn.Sequential(nn.Embedding(12, 16), nn.Linear(16, 32), nn.ReLU(), nn.Linear(32, 4))
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)

for epoch in range(5):
    order = torch.randperm(48).tolist()
    for first in range(0, 48, 4):
        step = [data[index] for index in order[first : first + 4]]
        tokens = sum(int((labels != -100).sum()) for _, labels in step)
        optimizer.zero_grad()
        total = 0.0
        for letters, labels in step:
            loss = nn.functional.cross_entropy(model(letters).flatten(0, 1), labels.flatten(), reduction="sum")
            (loss / tokens).backward()
            total += loss.item() / tokens
        optimizer.step()
    print(f"{epoch}: {total:.3f}")
