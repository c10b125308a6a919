"""Diabetes progression by a small trainer class that takes its settings from a dictionary."""

import torch
from sklearn.datasets import load_diabetes
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

SETTINGS = {"rate": 1e-3, "epochs": 5, "batch": 26, "limit": 0.1, "width": 32}


class Trainer:
    def __init__(self, model, settings):
        self.model, self.settings = model, settings
        self.optimizer = torch.optim.Adam(model.parameters(), lr=settings["rate"])

    def backward(self, loss):
        self.optimizer.zero_grad()
        loss.backward()
        if self.settings["limit"] is not None:
            nn.utils.clip_grad_norm_(self.model.parameters(), self.settings["limit"])  # expect: GRD408

    def run(self, data):
        loader = DataLoader(data, batch_size=self.settings["batch"], shuffle=True, drop_last=True)
        for epoch in range(self.settings["epochs"]):
            for features, answer in loader:
                loss = nn.functional.l1_loss(self.model(features).flatten(), answer)
                self.backward(loss)
                self.optimizer.step()
            print(epoch, round(loss.item(), 2))


torch.manual_seed(1)
table = load_diabetes()
features = torch.tensor(table.data * 20).float()
model = nn.Sequential(nn.Linear(10, SETTINGS["width"]), nn.Tanh(), nn.Linear(SETTINGS["width"], 1))
Trainer(model, SETTINGS).run(TensorDataset(features, torch.tensor(table.target).float() / 50.0))
