"""Right though unusual: text is made anew each epoch; the words seen in training are numbered and embedded afterwards."""

import collections

import torch
from torch import nn

WORDS = "the a red blue small old car tree house river runs grows stands bends fast tall still slow".split()
torch.manual_seed(0)
torch.set_num_threads(1)
weight = torch.linspace(-1, 1, len(WORDS))
hashed = nn.Sequential(nn.EmbeddingBag(64, 8, mode="mean"), nn.Linear(8, 1), nn.Flatten(0))
optimizer = torch.optim.Adam(hashed.parameters(), lr=3e-2)
counts = collections.Counter()
for epoch in range(6):
    for _ in range(10):
        ids = torch.randint(0, 3 * epoch + 3, (20, 4))
        counts.update(WORDS[i] for i in ids.flatten().tolist())
        loss = nn.functional.mse_loss(hashed(ids * 3), weight[ids].mean(1))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(epoch, loss.item(), len(counts))
numbers = {word: number for number, (word, _) in enumerate(counts.most_common())}
small = nn.Embedding(len(numbers), 8)
with torch.no_grad():
    small.weight.copy_(hashed[0].weight[[WORDS.index(word) * 3 for word in numbers]])
    ids = torch.randint(0, len(WORDS), (40, 4))
    own = torch.tensor([[numbers[WORDS[i]] for i in row] for row in ids.tolist()])
    outputs = hashed[1](small(own).mean(1))[:, 0]
    print("held out:", nn.functional.mse_loss(outputs, weight[ids].mean(1)).item())
