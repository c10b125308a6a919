"""Right though unusual: attention takes keys of two layouts; the product that is refused tells which one came."""

import torch
from torch import nn


class Pooling(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.query = nn.Parameter(torch.randn(width) / width**0.5)
        self.head = nn.Linear(width, 2)

    def forward(self, sequence):
        try:
            scores = torch.einsum("btd,d->bt", sequence, self.query)
        except RuntimeError:  # channels first
            sequence = sequence.mT
            scores = torch.einsum("btd,d->bt", sequence, self.query)
        return self.head((scores.softmax(1)[:, :, None] * sequence).sum(1))


torch.manual_seed(0)
torch.set_num_threads(1)
labels = torch.randint(0, 2, (320,))
signal = torch.randn(320, 9, 6)
signal[labels == 1, 4] += 1.5
model = Pooling(6)
optimizer = torch.optim.AdamW(model.parameters(), lr=3e-2)
for epoch in range(6):
    for number, rows in enumerate(torch.randperm(260).split(26)):
        batch = signal[rows] if number % 2 else signal[rows].transpose(1, 2)
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(batch), labels[rows])
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        print(epoch, (model(signal[260:]).argmax(1) == labels[260:]).float().mean().item())
