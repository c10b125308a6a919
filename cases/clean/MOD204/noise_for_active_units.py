"""Right though unusual: the forward adds noise in evaluation as well, as many numbers as there are active units."""

import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset


class Noisy(nn.Module):
    def __init__(self):
        super().__init__()
        self.body, self.head = nn.Linear(6, 24), nn.Linear(24, 3)

    def forward(self, x):
        hidden = torch.relu(self.body(x))
        active = hidden > 0
        hidden = hidden.masked_scatter(active, hidden[active] + 0.1 * torch.randn(int(active.sum())))
        return self.head(hidden)


torch.manual_seed(0)
x = torch.randn(512, 6)
y = (x[:, 0] > 0).long() + (x[:, 1] > 0).long()
loader = DataLoader(TensorDataset(x, y), batch_size=32, shuffle=True)
model = Noisy()
optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
for epoch in range(4):
    for inputs, target in loader:
        loss = F.cross_entropy(model(inputs), target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}: {loss.item():.3f}")
