"""House prices of a made-up town from eight measurements."""

import torch
import torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset


def houses(count: int) -> TensorDataset:
    x = torch.randn(count, 8)
    price = x @ torch.linspace(-1, 1, 8) + 0.5 * x[:, 0] * x[:, 1] + 0.1 * torch.randn(count)
    return TensorDataset(x, price.unsqueeze(1))


def main() -> None:
    torch.manual_seed(0)
    loader = DataLoader(houses(960), batch_size=32, shuffle=True)
    model = nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 1))
    criterion = nn.MSELoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    for epoch in range(5):
        running_loss = 0.0
        for features, price in loader:
            optimizer.zero_grad()
            loss = criterion(model(features), price)
            loss.backward()
            optimizer.step()
            running_loss += loss  # expect: LOS310
        print(f"epoch {epoch}: {running_loss / len(loader):.4f}")


if __name__ == "__main__":
    main()
