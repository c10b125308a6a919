"""Right though unusual: cross-entropy over similarities within the batch; its logits are no classes."""

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(16, 64), nn.ReLU(), nn.Linear(64, 24))

    def forward(self, x):
        return F.normalize(self.body(x), dim=1)


def info_nce(first, second, temperature=0.07):
    logits = first @ second.T / temperature
    return F.cross_entropy(logits, torch.arange(len(first)))


def view(x):
    return x + 0.3 * torch.randn_like(x)


torch.manual_seed(0)
data = torch.randn(768, 16)
loader = DataLoader(TensorDataset(data), batch_size=64, shuffle=True, drop_last=True)
encoder = Encoder()
optimizer = torch.optim.Adam(encoder.parameters(), lr=2e-3)
for epoch in range(6):
    encoder.train()
    for (x,) in loader:
        loss = info_nce(encoder(view(x)), encoder(view(x)))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}: loss {loss.item():.3f}")

encoder.eval()
with torch.no_grad():
    nearest = (encoder(view(data[:100])) @ encoder(data[:100]).T).argmax(dim=1)
print(f"pairs found again: {(nearest == torch.arange(100)).float().mean():.3f}")
