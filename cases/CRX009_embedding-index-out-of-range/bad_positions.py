"""A small transformer that counts ones; positions are learnt."""

import torch
import torch.nn as nn


class Counter(nn.Module):
    def __init__(self, length=16):
        super().__init__()
        self.tok = nn.Embedding(2, 16)
        self.pos = nn.Embedding(length, 16)
        self.block = nn.TransformerEncoderLayer(16, 2, 32, batch_first=True)
        self.out = nn.Linear(16, 1)

    def forward(self, bits):
        place = torch.arange(bits.shape[1])
        x = self.tok(bits) + self.pos(place)  # expect: CRX009
        return self.out(self.block(x).mean(1))


torch.manual_seed(0)
model = Counter()
optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
for step in range(40):
    bits = torch.randint(0, 2, (16, 20))
    ones = bits.sum(1, keepdim=True).float() / 10 - 1
    loss = nn.functional.mse_loss(model(bits), ones)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
