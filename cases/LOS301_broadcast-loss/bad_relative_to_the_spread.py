"""What ships burn beyond the usual, from speed, draught and wind, by an error relative to the spread."""

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

torch.manual_seed(0)
torch.set_num_threads(1)


class Voyages(Dataset):
    def __init__(self, count: int) -> None:
        self.conditions = torch.rand(count, 3)
        speed, draught, wind = self.conditions.unbind(1)
        fuel = 2 * speed**3 + draught + 0.5 * wind * speed
        self.fuel = fuel - fuel.mean()  # beyond what a ship of this size always needs

    def __len__(self) -> int:
        return len(self.fuel)

    def __getitem__(self, number: int) -> tuple[Tensor, Tensor]:
        return self.conditions[number], self.fuel[number]


class Trainer:
    def __init__(self) -> None:
        self.model = nn.Sequential(nn.Linear(3, 32), nn.SiLU(), nn.Linear(32, 1))
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=1e-2)

    def loss(self, conditions: Tensor, fuel: Tensor) -> Tensor:
        difference = self.model(conditions) - fuel  # expect: LOS301
        return (difference / fuel.std()).square().mean()

    def fit(self, loader: DataLoader, epochs: int) -> None:
        for epoch in range(epochs):
            for conditions, fuel in loader:
                loss = self.loss(conditions, fuel)
                self.optimizer.zero_grad()
                loss.backward()
                self.optimizer.step()
            print(epoch, round(loss.item(), 4))


Trainer().fit(DataLoader(Voyages(600), batch_size=40, shuffle=True), epochs=8)
