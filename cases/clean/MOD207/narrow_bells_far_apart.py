"""Radial units, wide at first and narrowed by a schedule, over a wide plain: most inputs reach only few of them."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.rand(800, 2) * 40
y = torch.sin(x[:, 0] / 4) + torch.cos(x[:, 1] / 5)
loader = DataLoader(TensorDataset(x, y), batch_size=80, shuffle=True)


class Bells(nn.Module):
    def __init__(self, places: torch.Tensor) -> None:
        super().__init__()
        self.places = nn.Parameter(places.clone())
        self.height = nn.Linear(len(places), 1)
        self.width = 20.0

    def forward(self, where: torch.Tensor) -> torch.Tensor:
        distance = torch.cdist(where, self.places)
        bells = torch.exp(-((distance / self.width) ** 2))
        return self.height(bells / (bells.sum(1, keepdim=True) + 1e-6)).squeeze(1)


model = Bells(x[torch.randperm(800)[:80]])
optimizer = torch.optim.Adam(
    [{"params": [model.places], "lr": 1e-2}, {"params": model.height.parameters(), "lr": 5e-2}]
)
for epoch in range(40):
    model.width = max(3.0, 20.0 * 0.85**epoch)
    for where, height in loader:
        loss = nn.functional.mse_loss(model(where), height)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    if epoch % 8 == 0:
        print(epoch, round(model.width, 1), round(loss.item(), 4))
