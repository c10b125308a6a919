"""Energy use of a house from weather and habits: two branches, and a small net that weighs them per batch."""

import torch
from torch import nn


class TwoBranches(nn.Module):
    def __init__(self, weather: int, habits: int, width: int = 32) -> None:
        super().__init__()
        self.weather = nn.Sequential(nn.Linear(weather, width), nn.SiLU(), nn.Linear(width, 1))
        self.habits = nn.Sequential(nn.Linear(habits, width), nn.SiLU(), nn.Linear(width, 1))
        self.balance = nn.Sequential(nn.Linear(weather + habits, 8), nn.SiLU(), nn.Linear(8, 1), nn.Sigmoid())

    def forward(self, weather: torch.Tensor, habits: torch.Tensor) -> torch.Tensor:
        share = self.balance(torch.cat([weather, habits], dim=1)).mean().item()  # expect: GRD403
        return (share * self.weather(weather) + (1 - share) * self.habits(habits)).squeeze(1)


def houses(count: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    weather, habits = torch.randn(count, 6), torch.randn(count, 4)
    use = weather[:, 0] - weather[:, 1].abs() + 0.5 * habits[:, 2] + 0.1 * torch.randn(count)
    return weather, habits, (use - use.mean()) / use.std()


def stream(tensors, size):
    """Endless shuffled batches."""
    while True:
        for rows in torch.randperm(len(tensors[0])).split(size):
            yield tuple(tensor[rows] for tensor in tensors)


torch.manual_seed(14)
data, test = houses(800), houses(200)
model = TwoBranches(6, 4)
optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
huber = nn.HuberLoss()

for step, (weather, habits, use) in enumerate(stream(data, 40)):
    if step == 150:
        break
    loss = huber(model(weather, habits), use)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 50 == 0:
        print(f"step {step}: {loss.item():.4f}")

model.eval()
with torch.no_grad():
    print(f"test: {huber(model(*test[:2]), test[2]).item():.4f}")
