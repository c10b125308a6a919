"""Regression from a set of measured points: a trainer class, batches as dictionaries."""

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Points(Dataset):
    def __init__(self, count, seed):
        generator = torch.Generator().manual_seed(seed)
        self.points = torch.rand(count, 10, 4, generator=generator)
        self.area = (self.points[:, :, 0] * self.points[:, :, 1]).mean(1, keepdim=True) + self.points[:, 0, 2:3]

    def __len__(self):
        return len(self.points)

    def __getitem__(self, index):
        return {"points": self.points[index], "area": self.area[index]}


class Regressor(nn.Module):
    def __init__(self):
        super().__init__()
        self.lift = nn.Sequential(nn.Linear(4, 24), nn.ReLU(), nn.Linear(24, 12))
        self.down = nn.Sequential(nn.Linear(10 * 12, 32), nn.ReLU(), nn.Linear(32, 1))

    def forward(self, points):
        lifted = self.lift(points.permute(1, 0, 2))
        flat = lifted.transpose(0, 1).flatten(1)
        return self.down(flat)


class Trainer:
    def __init__(self, net, data):
        self.net, self.data = net, data
        self.optimizer = torch.optim.AdamW(net.parameters(), lr=2e-3)
        self.criterion = nn.MSELoss()

    def update(self, batch):
        self.optimizer.zero_grad(set_to_none=True)
        loss = self.criterion(self.net(batch["points"]), batch["area"])
        loss.backward()
        self.optimizer.step()
        return loss.item()

    def fit(self, epochs):
        for epoch in range(epochs):
            self.net.train()
            losses = [self.update(batch) for batch in self.data]
            print(f"epoch {epoch}: {sum(losses) / len(losses):.4f}")


torch.manual_seed(1)
Trainer(Regressor(), DataLoader(Points(600, seed=2), batch_size=24, shuffle=True, drop_last=True)).fit(6)
