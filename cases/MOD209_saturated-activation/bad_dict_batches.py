"""Prices from three columns in their own units, read from dictionaries by a trainer class."""

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Houses(Dataset):
    def __init__(self, count=400):
        generator = torch.Generator().manual_seed(2)
        area = 40 + 160 * torch.rand(count, generator=generator)
        year = 1900 + 120 * torch.rand(count, generator=generator)
        distance = 30000 * torch.rand(count, generator=generator)
        self.rows = torch.stack([area, year, distance], dim=1)
        price = 0.02 * area + 0.01 * (year - 1960) - distance / 15000
        self.prices = (price - price.mean()) / price.std()

    def __len__(self):
        return len(self.prices)

    def __getitem__(self, index):
        return {"columns": self.rows[index], "price": self.prices[index]}


class Valuer(nn.Module):
    def __init__(self):
        super().__init__()
        self.read = nn.Linear(3, 24)
        self.squash = nn.Tanh()
        self.value = nn.Linear(24, 1)

    def forward(self, columns):
        hidden = self.squash(self.read(columns))  # expect: MOD209
        return self.value(hidden).squeeze(1)


class Trainer:
    def __init__(self):
        self.model = Valuer()
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=1e-3)

    def epoch(self, loader):
        for batch in loader:
            loss = nn.functional.mse_loss(self.model(batch["columns"]), batch["price"])
            loss.backward()
            self.optimizer.step()
            self.optimizer.zero_grad()
        return loss.item()


torch.manual_seed(0)
trainer = Trainer()
loader = DataLoader(Houses(), batch_size=40, shuffle=True)
for epoch in range(4):
    print(f"epoch {epoch}: {trainer.epoch(loader):.3f}")
