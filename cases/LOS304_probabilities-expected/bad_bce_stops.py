"""Benign or not, from thirty measurements of a cell's nucleus."""

import torch
from sklearn.datasets import load_breast_cancer
from sklearn.preprocessing import StandardScaler
from torch import nn


class Fitter:
    def __init__(self, model):
        self.model = model
        self.loss_fn = nn.BCELoss()
        self.optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)

    def step(self, features, labels):
        self.optimizer.zero_grad()
        predicted = self.model(features).squeeze(-1)
        loss = self.loss_fn(predicted, labels)  # expect: LOS304
        loss.backward()
        self.optimizer.step()
        return loss.item()


torch.manual_seed(5)
table = load_breast_cancer()
features = torch.tensor(StandardScaler().fit_transform(table.data), dtype=torch.float32)
labels = torch.tensor(table.target, dtype=torch.float32)
fitter = Fitter(nn.Sequential(nn.Linear(30, 16), nn.ReLU(), nn.Linear(16, 1)))
for epoch in range(5):
    losses = []
    for rows in torch.randperm(len(features)).split(64):
        losses.append(fitter.step(features[rows], labels[rows]))
    print(f"epoch {epoch}: {sum(losses) / len(losses):.4f}")
