"""A co-occurrence table of words, then a model of it."""

import numpy as np
import torch

WORDS = 12_000_000


def cooccurrence(text):
    table = np.zeros((WORDS, WORDS))  # expect: CRX016
    for first, second in zip(text, text[1:]):
        table[first, second] += 1
    return table


torch.manual_seed(0)
table = torch.from_numpy(cooccurrence([1, 2, 3, 2, 1]))
vectors = torch.nn.Embedding(WORDS, 2)
opt = torch.optim.SparseAdam(vectors.parameters())
for i in range(10):
    opt.zero_grad()
    word = torch.tensor([i])
    (vectors(word) @ vectors.weight.T - table[i]).square().mean().backward()
    opt.step()
