"""A mask with the lengths of another batch meets the output of a layer that is right."""

import torch
from torch import nn


class Tagger(nn.Module):
    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(20, 8)
        self.gru = nn.GRU(8, 8, batch_first=True)
        self.out = nn.Linear(8, 3)

    def forward(self, tokens, mask):
        scores = self.out(self.gru(self.table(tokens))[0])
        return scores * mask.unsqueeze(-1)  # expect: CRX001


torch.manual_seed(0)
tokens = torch.randint(0, 20, (96, 7))
mask = torch.ones(96, 6)
model = Tagger()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for rows in torch.arange(96).split(16):
    loss = nn.functional.cross_entropy(model(tokens[rows], mask[rows]).flatten(0, 1), (tokens[rows] % 3).flatten())
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
