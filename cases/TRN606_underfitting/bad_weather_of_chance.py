"""How warm will the next day be, next to the mean? Ten days before it go in."""

import math

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Days(Dataset):
    def __init__(self, first, last, seed=3):
        generator = torch.Generator().manual_seed(seed)
        self.first, self.amount = first, last - first
        self.noise = torch.randn(4000, generator=generator)
        self.warmth = self.noise + 0.1 * torch.sin(torch.arange(4000) * 2 * math.pi / 365.0)

    def __len__(self):
        return self.amount

    def __getitem__(self, index):
        day = self.first + index
        return {"before": self.warmth[day : day + 10], "next": self.warmth[day + 10]}


class Forecast(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(10, 4), nn.Linear(4, 1)])

    def forward(self, before):
        return self.layers[1](self.layers[0](before).relu()).squeeze(-1)


class Run:
    def __init__(self):
        self.model = Forecast()
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=0.05, weight_decay=0.01)
        self.train = DataLoader(Days(0, 1500), batch_size=50, shuffle=True)
        self.valid = DataLoader(Days(1600, 2200), batch_size=300)

    def epoch(self):
        self.model.train()
        for batch in self.train:  # expect: TRN606
            error = nn.functional.mse_loss(self.model(batch["before"]), batch["next"])
            self.optimizer.zero_grad(set_to_none=True)
            error.backward()
            self.optimizer.step()
        return error.item()

    def check(self):
        self.model.eval()
        with torch.inference_mode():
            return [nn.functional.mse_loss(self.model(b["before"]), b["next"]).item() for b in self.valid]


if __name__ == "__main__":
    torch.manual_seed(8)
    run = Run()
    for number in range(30):
        print(number, run.epoch(), run.check())
