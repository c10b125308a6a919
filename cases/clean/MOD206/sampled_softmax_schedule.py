"""Right: sampled softmax with one true item and as many negatives as the schedule gives; a warm-up round gives none."""

import torch
from torch import nn

torch.manual_seed(9)
torch.set_num_threads(1)
users, items = nn.Embedding(50, 8), nn.Embedding(40, 8)
liked = (torch.arange(50) * 7 + 3) % 40
optimizer = torch.optim.Adam([*users.parameters(), *items.parameters()], lr=5e-2)


def round_of_training(negatives):
    for rows in torch.randperm(50).split(10):
        wrong = torch.randint(0, 40, (len(rows), negatives))
        candidates = torch.cat([liked[rows].unsqueeze(1), wrong], 1)
        scores = (users(rows).unsqueeze(1) * items(candidates)).sum(-1)
        rank_loss = nn.functional.cross_entropy(scores, torch.zeros(len(rows), dtype=torch.long))
        pull = (users(rows) - items(liked[rows])).square().mean()
        loss = rank_loss + 0.1 * pull
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return loss.item()


for number in range(8):
    print(number, f"{round_of_training(min(5, 2 * number)):.3f}")
