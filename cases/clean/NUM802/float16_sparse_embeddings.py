"""Words to topics: a large embedding of which a batch touches few rows, padding, and a forward in float16."""

import torch
from torch import nn

WORDS, TOPICS, LENGTH = 20_000, 5, 12
torch.manual_seed(6)
topic = torch.randint(0, TOPICS, (1500,))
text = torch.randint(1, WORDS // TOPICS, (1500, LENGTH)) + (topic * (WORDS // TOPICS))[:, None]
text[torch.rand(text.shape) < 0.3] = 0


class Bag(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(WORDS + 1, 24, padding_idx=0, sparse=True)
        self.read = nn.Linear(24, TOPICS)

    def forward(self, words):
        known = (words > 0).sum(1, keepdim=True).clamp(min=1)
        return self.read(self.embed(words).sum(1) / known)


model = Bag()
rows_only = torch.optim.SparseAdam(model.embed.parameters(), lr=0.02)
dense = torch.optim.Adam(model.read.parameters(), lr=0.01)
for epoch in range(20):
    for rows in torch.randperm(len(text)).split(60):
        with torch.autocast("cpu", dtype=torch.float16):
            loss = nn.functional.cross_entropy(model(text[rows]), topic[rows])
        rows_only.zero_grad()
        dense.zero_grad()
        loss.backward()
        rows_only.step()
        dense.step()
    print(f"{epoch}: {loss.item():.3f}")
