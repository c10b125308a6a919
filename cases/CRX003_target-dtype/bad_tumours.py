"""Benign or not: logistic regression with one hidden layer on the Wisconsin table."""

import torch
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Tumours(Dataset):
    def __init__(self, cells, benign):
        self.cells = torch.as_tensor(cells, dtype=torch.float32).log1p()
        self.benign = torch.as_tensor(benign).unsqueeze(1)

    def __len__(self):
        return len(self.benign)

    def __getitem__(self, index):
        return {"cells": self.cells[index], "benign": self.benign[index]}


class Trainer:
    def __init__(self, model, lr):
        self.model = model
        self.optimizer = torch.optim.Adam(model.parameters(), lr=lr)
        self.criterion = nn.BCEWithLogitsLoss()

    def step(self, batch):
        loss = self.criterion(self.model(batch["cells"]), batch["benign"])  # expect: CRX003
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        return loss.item()

    def fit(self, loader, epochs):
        for _ in range(epochs):
            self.model.train()
            print(sum(self.step(batch) for batch in loader) / len(loader))

    @torch.no_grad()
    def share_right(self, tumours):
        self.model.eval()
        return ((self.model(tumours.cells) > 0) == tumours.benign.bool()).float().mean().item()


def main():
    torch.manual_seed(1)
    table = load_breast_cancer()
    cells, unseen, benign, unseen_benign = train_test_split(table.data, table.target, test_size=0.25, random_state=1)
    loader = DataLoader(Tumours(cells, benign), batch_size=32, shuffle=True)
    trainer = Trainer(nn.Sequential(nn.Linear(30, 16), nn.ReLU(), nn.Linear(16, 1)), lr=5e-3)
    trainer.fit(loader, epochs=5)
    print(trainer.share_right(Tumours(unseen, unseen_benign)))


if __name__ == "__main__":
    main()
