"""Factorised ratings with a bias for every user and every item, trained by a class from dictionaries."""

import torch
from torch import nn


class Ratings(nn.Module):
    def __init__(self, users, items, rank=6):
        super().__init__()
        self.user = nn.Embedding(users, rank)
        self.item = nn.Embedding(items, rank)
        self.user_bias = nn.Parameter(torch.zeros(users))
        self.item_bias = nn.Parameter(torch.zeros(items))  # expect: MOD203

    def forward(self, batch):
        both = (self.user(batch["user"]) * self.item(batch["item"])).sum(dim=1)
        return both + self.user_bias[batch["user"]]


class Trainer:
    def __init__(self):
        self.model = Ratings(30, 25)
        self.optimizer = torch.optim.Adagrad(self.model.parameters(), lr=0.1)

    def batch(self):
        users, items = torch.randint(0, 30, (48,)), torch.randint(0, 25, (48,))
        return {"user": users, "item": items, "rating": torch.sin(users.float()) + torch.cos(items.float())}

    def fit(self, steps):
        for step in range(steps):
            batch = self.batch()
            loss = (self.model(batch) - batch["rating"]).pow(2).mean()
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()
            if step % 50 == 0:
                print(f"step {step}: {loss.item():.4f}")


torch.manual_seed(0)
Trainer().fit(200)
