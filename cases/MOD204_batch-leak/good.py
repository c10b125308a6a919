"""A gated recurrent network tells rising signals of three channels from falling ones."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Trend(nn.Module):
    def __init__(self, channels=3, width=16):
        super().__init__()
        self.embed = nn.Linear(channels, width)
        self.rnn = nn.GRU(width, width)
        self.head = nn.Linear(width, 2)

    def forward(self, signal):
        hidden = self.embed(signal).transpose(0, 1)
        hidden, _ = self.rnn(hidden)
        return self.head(hidden[-1])


torch.manual_seed(0)
slope = torch.randn(768, 1, 3)
signals = slope * torch.linspace(-1, 1, 12)[None, :, None] + 0.3 * torch.randn(768, 12, 3)
rising = (slope.sum((1, 2)) > 0).long()
loader = DataLoader(TensorDataset(signals[:640], rising[:640]), batch_size=32, shuffle=True)
model = Trend()
optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
for epoch in range(8):
    model.train()
    for signal, label in loader:
        loss = nn.functional.cross_entropy(model(signal), label)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        right = (model(signals[640:]).argmax(1) == rising[640:]).float().mean().item()
    print(f"epoch {epoch}: loss {loss.item():.3f}, accuracy {right:.3f}")
