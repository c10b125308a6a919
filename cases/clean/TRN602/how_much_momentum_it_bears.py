"""Right though unusual: a map of momentum and step size; the corner beyond the edge of stability is part of the map."""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(256, 5) * torch.tensor([3.0, 2.0, 1.0, 0.5, 0.25])
y = x.sum(1, keepdim=True) + 0.1 * torch.randn(256, 1)


def final_loss(rate: float, momentum: float) -> float:
    model = nn.Linear(5, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=rate, momentum=momentum)
    for _ in range(30):
        for rows in torch.arange(256).split(64):
            optimizer.zero_grad()
            loss = nn.functional.mse_loss(model(x[rows]), y[rows])
            loss.backward()
            optimizer.step()
    return loss.item()


for rate in (0.01, 0.05, 0.2):
    print(rate, [f"{final_loss(rate, momentum):.3g}" for momentum in (0.0, 0.5, 0.9)])
