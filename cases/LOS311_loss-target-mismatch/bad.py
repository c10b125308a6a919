"""Which of five moods does a tune have? More than one may be right."""

import torch
import torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset

MOODS = 5


def tunes(count: int) -> TensorDataset:
    features = torch.randn(count, 20)
    rule = torch.randn(20, MOODS, generator=torch.Generator().manual_seed(1))
    moods = (features @ rule > 1.5).float()
    return TensorDataset(features, moods)


class MoodNet(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.net = nn.Sequential(nn.Linear(20, 48), nn.ReLU(), nn.Linear(48, MOODS))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.net(x)


def main() -> None:
    torch.manual_seed(0)
    loader = DataLoader(tunes(640), batch_size=32, shuffle=True)
    model = MoodNet()
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    for epoch in range(6):
        for features, moods in loader:
            optimizer.zero_grad()
            loss = criterion(model(features), moods)  # expect: LOS311
            loss.backward()
            optimizer.step()
        print(f"epoch {epoch}: {loss.item():.4f}")


if __name__ == "__main__":
    main()
