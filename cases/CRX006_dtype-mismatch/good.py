"""House prices from a table of eight features made with NumPy."""

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Houses(Dataset):
    def __init__(self, rows, seed):
        rng = np.random.default_rng(seed)
        self.features = rng.normal(size=(rows, 8))
        self.price = (self.features[:, :3].sum(axis=1, keepdims=True) + 0.1 * rng.normal(size=(rows, 1))).astype("float32")

    def __len__(self):
        return len(self.price)

    def __getitem__(self, index):
        return torch.from_numpy(self.features[index]).float(), torch.from_numpy(self.price[index])


class PriceNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(8, 32)
        self.out = nn.Linear(32, 1)

    def forward(self, features):
        return self.out(torch.relu(self.hidden(features)))


def main():
    torch.manual_seed(0)
    loader = DataLoader(Houses(320, seed=0), batch_size=32, shuffle=True)
    model = PriceNet()
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
    for epoch in range(4):
        for features, price in loader:
            optimizer.zero_grad()
            loss = nn.functional.mse_loss(model(features), price)
            loss.backward()
            optimizer.step()
        print(f"epoch {epoch}: loss {loss.item():.3f}")


if __name__ == "__main__":
    main()
