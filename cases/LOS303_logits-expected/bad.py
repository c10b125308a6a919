"""Which of two readings of a pump comes from a worn bearing? A small network on twelve vibration features."""

import torch
import torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset


class BearingNet(nn.Module):
    def __init__(self, features: int = 12) -> None:
        super().__init__()
        self.fc1 = nn.Linear(features, 32)
        self.fc2 = nn.Linear(32, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = torch.relu(self.fc1(x))
        return torch.sigmoid(self.fc2(x)).squeeze(1)  # expect: LOS303


def measurements(count: int) -> TensorDataset:
    x = torch.randn(count, 12)
    worn = (x[:, 0] + x[:, 3] * x[:, 7] > 0.2).float()
    return TensorDataset(x, worn)


@torch.no_grad()
def accuracy(model: nn.Module, loader: DataLoader) -> float:
    model.eval()
    correct = sum(((model(x) > 0.5) == (y > 0.5)).sum().item() for x, y in loader)
    return correct / len(loader.dataset)


def main() -> None:
    torch.manual_seed(3)
    train_loader = DataLoader(measurements(512), batch_size=32, shuffle=True)
    valid_loader = DataLoader(measurements(128), batch_size=64)
    model = BearingNet()
    criterion = nn.BCEWithLogitsLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    for epoch in range(8):
        model.train()
        for x, y in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
        print(f"epoch {epoch}: loss {loss.item():.3f}, accuracy {accuracy(model, valid_loader):.3f}")


if __name__ == "__main__":
    main()
