"""A network for three domains, with a scale and a shift for each."""

import torch
from torch import nn


class DomainNorm(nn.Module):
    def __init__(self, width, domains):
        super().__init__()
        self.norm = nn.LayerNorm(width, elementwise_affine=False)
        self.affine = {}  # expect: MOD202
        for d in domains:
            self.affine[d] = (nn.Parameter(torch.ones(width)), nn.Parameter(torch.zeros(width)))

    def forward(self, x, domain):
        scale, shift = self.affine[domain]
        return self.norm(x) * scale + shift


class Net(nn.Module):
    def __init__(self, domains):
        super().__init__()
        self.first = nn.Linear(5, 24)
        self.norm = DomainNorm(24, domains)
        self.last = nn.Linear(24, 1)

    def forward(self, x, domain):
        return self.last(torch.relu(self.norm(self.first(x), domain)))


torch.manual_seed(0)
torch.set_num_threads(1)
gains = {"north": 1.0, "south": -2.0, "east": 3.0}
net = Net(gains)
optimizer = torch.optim.Adam(net.parameters(), lr=1e-2)
for step in range(60):
    total = 0
    for domain, gain in gains.items():
        x = torch.randn(32, 5)
        total = total + nn.functional.mse_loss(net(x, domain), gain * x[:, :1])
    optimizer.zero_grad()
    total.backward()
    optimizer.step()
    if step % 15 == 0:
        print(f"{step}: {total.item():.3f}")
