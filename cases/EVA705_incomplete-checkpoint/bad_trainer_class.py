"""Digits by a small network, trained by an object that writes its state after every epoch."""

import os

import torch
from sklearn.datasets import load_digits
from torch import nn


class Trainer:
    def __init__(self, network, batches, folder):
        self.network = network
        self.batches = batches
        self.opt = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)
        self.sched = torch.optim.lr_scheduler.CosineAnnealingLR(self.opt, T_max=12)
        self.criterion = nn.CrossEntropyLoss()
        self.folder = folder
        self.epoch = 0
        os.makedirs(folder, exist_ok=True)

    def save(self):
        torch.save(  # expect: EVA705
            {
                "network": self.network.state_dict(),
                "opt": self.opt.state_dict(),
                "epoch": self.epoch,
            },
            os.path.join(self.folder, "state.pth"),
        )

    def load(self, file):
        kept = torch.load(file)
        self.network.load_state_dict(kept["network"])
        self.opt.load_state_dict(kept["opt"])
        self.epoch = kept["epoch"]

    def run_epoch(self):
        for pixels, digit in self.batches:
            self.opt.zero_grad()
            loss = self.criterion(self.network(pixels), digit)
            loss.backward()
            self.opt.step()
        self.sched.step()
        self.epoch += 1
        return loss.item()

    def fit(self, epochs):
        while self.epoch < epochs:
            loss = self.run_epoch()
            self.save()
            print(f"after epoch {self.epoch}: {loss:.3f}, rate {self.sched.get_last_lr()[0]:.4f}")


torch.manual_seed(0)
pixels, digits = load_digits(return_X_y=True)
pixels = torch.tensor(pixels, dtype=torch.float32) / 16 - 0.3
digits = torch.tensor(digits)
chosen = torch.randperm(len(digits))[:640].split(64)
batches = [(pixels[rows], digits[rows]) for rows in chosen]
trainer = Trainer(nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10)), batches, "digits_run")
if os.path.exists("digits_run/state.pth"):
    trainer.load("digits_run/state.pth")
trainer.fit(12)
