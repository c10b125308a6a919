"""Right though unusual: the first axis is time, the second is the batch, as nn.RNN takes it by default."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Parity(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.GRU(1, 24)
        self.output = nn.Linear(24, 2)

    def forward(self, bits):
        hidden, _ = self.rnn(bits)
        return self.output(hidden)


def collate(items):
    bits, labels = zip(*items, strict=True)
    return torch.stack(bits, dim=1)[:, :, None], torch.stack(labels, dim=1)


torch.manual_seed(0)
bits = torch.randint(0, 2, (800, 8)).float()
labels = bits.cumsum(dim=1).long() % 2
loader = DataLoader(TensorDataset(bits[:640], labels[:640]), batch_size=32, shuffle=True, collate_fn=collate)
test = DataLoader(TensorDataset(bits[640:], labels[640:]), batch_size=160, collate_fn=collate)
model = Parity()
optimizer = torch.optim.Adam(model.parameters(), lr=2e-2)
for epoch in range(8):
    model.train()
    for x, y in loader:
        scores = model(x)
        loss = nn.functional.cross_entropy(scores.flatten(0, 1), y.flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        right = sum((model(x).argmax(-1) == y).float().mean().item() for x, y in test)
    print(f"epoch {epoch}: loss {loss.item():.3f}, accuracy {right:.3f}")
