"""Energy use of buildings, a regression with dict batches and a loss of its own."""

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Buildings(Dataset):
    def __init__(self, count, seed):
        generator = torch.Generator().manual_seed(seed)
        self.features = torch.randn(count, 6, generator=generator)
        noise = 0.1 * torch.randn(count, generator=generator)
        self.energy = 2.0 * self.features[:, 0] - self.features[:, 1] * self.features[:, 2] + noise

    def __len__(self):
        return len(self.energy)

    def __getitem__(self, index):
        return {"features": self.features[index], "energy": self.energy[index]}


def squared_error(prediction, target):
    return ((prediction - target) ** 2).mean()


def main():
    torch.manual_seed(0)
    train = DataLoader(Buildings(640, seed=1), batch_size=32, shuffle=True)
    test = DataLoader(Buildings(160, seed=2), batch_size=160)
    model = nn.Sequential(nn.Linear(6, 64), nn.Tanh(), nn.Linear(64, 1))
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
    for epoch in range(15):
        model.train()
        for batch in train:
            optimizer.zero_grad()
            prediction = model(batch["features"]).squeeze(-1)
            loss = squared_error(prediction, batch["energy"])
            loss.backward()
            optimizer.step()
    model.eval()
    with torch.no_grad():
        for batch in test:
            error = (model(batch["features"]).squeeze(-1) - batch["energy"]).abs().mean()
    print(f"mean absolute error on the test set: {error:.3f}")


main()
