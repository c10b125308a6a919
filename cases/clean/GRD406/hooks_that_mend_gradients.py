"""Right though unusual: hooks on parameters replace NaN by 0 where two points coincide and have no direction."""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)


class Embedder(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(6, 24), nn.ReLU(), nn.Linear(24, 3))
        for parameter in self.net.parameters():
            parameter.register_hook(lambda grad: torch.nan_to_num(grad, nan=0.0, posinf=0.0, neginf=0.0))

    def forward(self, x):
        return self.net(x)


def distances(z):
    difference = z[:, None] - z[None]
    if difference.requires_grad:
        difference.register_hook(torch.nan_to_num)
    return difference.pow(2).sum(2).sqrt()


x = torch.randn(240, 6)
labels = (x[:, 0] > 0).long() + 2 * (x[:, 1] > 0).long()
model = Embedder()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
for epoch in range(5):
    for rows in torch.randperm(240).split(40):
        d = distances(model(x[rows]))
        same = labels[rows][:, None] == labels[rows][None]
        loss = torch.where(same, d, (2 - d).relu()).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"{epoch}: {loss.item():.3f}")
