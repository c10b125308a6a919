"""Right though unusual: a dense one-hot table that can't be had (NumPy refuses it) is replaced by an embedding."""

import numpy as np
import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
rng = np.random.default_rng(0)
words = rng.integers(0, 50, size=(400, 6))
target = torch.from_numpy((words < 20).sum(1) > 2).float().unsqueeze(1)


def features(rows, vocabulary):
    try:
        dense = np.zeros((rows, vocabulary, vocabulary))
    except MemoryError:
        return None
    return dense


assert features(1 << 20, 1 << 16) is None
table = nn.EmbeddingBag(50, 8, mode="sum")
head = nn.Linear(8, 1)
optimizer = torch.optim.Adam([{"params": table.parameters(), "lr": 2e-2}, {"params": head.parameters(), "lr": 1e-2}])
words = torch.from_numpy(words)
for epoch in range(8):
    for rows in torch.randperm(320).split(32):
        loss = nn.functional.binary_cross_entropy_with_logits(head(table(words[rows])), target[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
with torch.no_grad():
    guess = head(table(words[320:])) > 0
    print("held out", (guess == target[320:].bool()).float().mean().item())
