"""Right: padded tokens have label -1 and weight 0; the picked log-probabilities are averaged with these weights."""

import torch
from torch import nn

torch.manual_seed(5)
torch.set_num_threads(1)


def draw(rows):
    length = torch.randint(4, 9, (rows,))
    words = torch.randint(0, 15, (rows, 8))
    real = torch.arange(8) < length[:, None]
    return {"words": words, "labels": torch.where(real, (words * 2 + 1) % 5, -1), "weights": real.float()}


def weighted_nll(log_p, labels, weights):
    flat = log_p.reshape(-1, log_p.shape[-1])
    chosen = flat[torch.arange(len(flat)), labels.reshape(-1)]
    return -torch.dot(chosen, weights.reshape(-1)) / weights.sum()


tagger = nn.Sequential(nn.Embedding(15, 16), nn.Conv1d(8, 8, 1), nn.ReLU(), nn.Linear(16, 5), nn.LogSoftmax(-1))
optimizer = torch.optim.Adam(tagger.parameters(), lr=2e-2)
for step in range(80):
    batch = draw(24)
    loss = weighted_nll(tagger(batch["words"]), batch["labels"], batch["weights"])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 20 == 0:
        print(step, f"{loss.item():.3f}")
