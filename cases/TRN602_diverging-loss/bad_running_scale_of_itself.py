"""Waiting times from queue lengths; outputs are scaled by a running spread of the outputs themselves."""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
queue = torch.rand(800, 4)
wait = (queue @ torch.tensor([3.0, 2.0, 1.0, 0.5])).unsqueeze(1) + 0.1 * torch.randn(800, 1)


class Waiting(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.net = nn.Sequential(nn.Linear(4, 24), nn.ReLU(), nn.Linear(24, 1))
        self.register_buffer("spread", torch.ones(()))

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        return self.net(rows) * self.spread

    @torch.no_grad()
    def update(self, rows: torch.Tensor) -> None:
        self.spread += self(rows).abs().mean()  # of what it has scaled itself: it can only grow


model = Waiting()
optimizer = torch.optim.SGD(model.parameters(), lr=1e-2)
for epoch in range(30):
    for rows in torch.randperm(800).split(40):  # expect: TRN602
        loss = nn.functional.mse_loss(model(queue[rows]), wait[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    model.update(queue)
    print(epoch, loss.item(), model.spread.item())
