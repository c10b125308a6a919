"""Tomorrow's change of temperature from the last ten days."""

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader, TensorDataset


class Forecaster(nn.Module):
    def __init__(self, days: int = 10) -> None:
        super().__init__()
        self.fc1 = nn.Linear(days, 32)
        self.fc2 = nn.Linear(32, 32)
        self.fc3 = nn.Linear(32, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)


def weather(count: int) -> TensorDataset:
    days = torch.randn(count, 10).cumsum(dim=1) * 0.3
    change = 0.6 * (days[:, -1:] - days[:, -2:-1]) - 0.2 * days[:, -1:] + 0.05 * torch.randn(count, 1)
    return TensorDataset(days, change)


torch.manual_seed(0)
loader = DataLoader(weather(640), batch_size=32, shuffle=True)
model = Forecaster()
criterion = nn.MSELoss()
optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
for epoch in range(6):
    for days, change in loader:
        optimizer.zero_grad()
        loss = criterion(model(days), change)
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}: {loss.item():.4f}")
