"""Irises, by a trainer that seeds its split alone."""

import torch
from sklearn.datasets import load_iris
from sklearn.model_selection import train_test_split
from torch import nn


class Trainer:
    def __init__(self, epochs: int) -> None:
        flowers, kinds = load_iris(return_X_y=True)
        parts = train_test_split(flowers, kinds, test_size=0.3, random_state=5, stratify=kinds)
        self.x_train, self.x_test = (torch.tensor(part, dtype=torch.float32) for part in parts[:2])
        self.y_train, self.y_test = (torch.tensor(part) for part in parts[2:])
        self.epochs = epochs
        self.net = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 3))
        self.optimizer = torch.optim.AdamW(self.net.parameters(), lr=1e-2)

    def fit(self) -> None:
        for _ in range(self.epochs):
            for rows in torch.randperm(len(self.x_train)).split(21):
                self.optimizer.zero_grad()
                nn.functional.cross_entropy(self.net(self.x_train[rows]), self.y_train[rows]).backward()
                self.optimizer.step()  # expect: REP901

    @torch.no_grad()
    def score(self) -> float:
        return (self.net(self.x_test).argmax(1) == self.y_test).float().mean().item()


trainer = Trainer(epochs=30)
trainer.fit()
print(f"accuracy {trainer.score():.2f}")
