"""Right though unusual: a loader reads one long series in order; a batch is a stretch of it, one sequence."""

import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset


class Forecast(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.LSTM(2, 24)
        self.head = nn.Linear(24, 1)

    def forward(self, stretch):
        return self.head(self.rnn(stretch)[0])[:, 0]


torch.manual_seed(0)
time = torch.arange(1921) / 10
series = torch.stack([time.sin(), (time / 3).cos()], 1) + 0.05 * torch.randn(1921, 2)
loader = DataLoader(TensorDataset(series[:-1], series[1:, 0]), batch_size=64)
model = Forecast()
optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
for epoch in range(4):
    for inputs, target in loader:
        loss = F.mse_loss(model(inputs), target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}: {loss.item():.3f}")
