"""Right though unusual: a loader of single letters, whose batches are streams cut anew inside the model."""

import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset


class Streams(nn.Module):
    def __init__(self, streams=8):
        super().__init__()
        self.streams = streams
        self.embed = nn.Embedding(12, 16)
        self.rnn = nn.GRU(16, 32)
        self.next = nn.Linear(32, 12)

    def forward(self, letters):
        text = letters.view(self.streams, -1).t()
        hidden, _ = self.rnn(self.embed(text))
        return self.next(hidden).transpose(0, 1).reshape(len(letters), -1)


torch.manual_seed(0)
text = torch.arange(4097).remainder(12) * torch.arange(4097).div(12, rounding_mode="floor").remainder(2)
pieces = text[:4096].view(8, 32, 16).transpose(0, 1).reshape(-1)
following = text[1:].view(8, 32, 16).transpose(0, 1).reshape(-1)
loader = DataLoader(TensorDataset(pieces, following), batch_size=128)
model = Streams()
optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
for epoch in range(4):
    for inputs, target in loader:
        loss = F.cross_entropy(model(inputs), target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}: {loss.item():.3f}")
