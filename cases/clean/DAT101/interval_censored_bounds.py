"""Right though unusual: interval-censored regression; open intervals have bounds -inf and inf, where the normal CDF
is 0 and 1.
"""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(5)
torch.set_num_threads(1)
x = torch.randn(960, 5)
level = torch.sin(x[:, 0]) + 0.8 * x[:, 1] + 0.4 * torch.randn(960)
edges = torch.tensor([-torch.inf, -1.0, -0.3, 0.3, 1.0, torch.inf])
place = torch.bucketize(level, edges[1:-1])
low, high = edges[place], edges[place + 1]


class OrderedProbit(nn.Module):
    def __init__(self):
        super().__init__()
        self.mean = nn.Sequential(nn.Linear(5, 32), nn.Tanh(), nn.Linear(32, 1))

    def forward(self, x, low, high):
        mean = self.mean(x).squeeze(1)
        inside = torch.special.ndtr((high - mean) / 0.4) - torch.special.ndtr((low - mean) / 0.4)
        return -inside.clamp_min(1e-6).log().mean()


model = OrderedProbit()
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
loader = DataLoader(TensorDataset(x[:768], low[:768], high[:768]), batch_size=32, shuffle=True)
for epoch in range(8):
    for batch in loader:
        loss = model(*batch)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        valid = model(x[768:], low[768:], high[768:]).item()
    print(f"epoch {epoch}: {loss.item():.3f} {valid:.3f}")
