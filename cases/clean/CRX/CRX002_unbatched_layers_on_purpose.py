"""Right though unusual: one sequence at a time through layers that take it without a batch axis; normalised only if it can be."""

import contextlib

import torch
from torch import nn


class Tagger(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv1d(2, 8, 3, padding=1)
        self.norm = nn.BatchNorm1d(8)
        self.lstm = nn.LSTM(8, 6)
        self.out = nn.Linear(6, 2)

    def forward(self, sequence):
        h = torch.relu(self.conv(sequence))
        with contextlib.suppress(ValueError):  # a sequence of one step has no spread
            h = self.norm(h.T).T
        return self.out(self.lstm(h.T)[0])


torch.manual_seed(0)
torch.set_num_threads(1)
sequences = [torch.randn(2, int(n)) for n in torch.randint(2, 12, (90,))] + [torch.randn(2, 1)]
tags = [(s[0] > s[1]).long() for s in sequences]
model = Tagger()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(3):
    model.train()
    total = 0.0
    for i in torch.randperm(81).tolist():
        loss = nn.functional.cross_entropy(model(sequences[i]), tags[i])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item()
    model.eval()
    with torch.no_grad():
        right = sum((model(s).argmax(1) == t).sum().item() for s, t in zip(sequences[81:], tags[81:], strict=True))
    print(epoch, total / 81, right / sum(len(t) for t in tags[81:]))
