"""The parity of the ones in a short string, by one transformer layer."""

import torch
from torch import nn


class Reader(nn.Module):
    def __init__(self, width=16):
        super().__init__()
        self.token = nn.Embedding(2, width)
        self.place = nn.Parameter(0.02 * torch.randn(1, 6, width))
        self.layer = nn.TransformerEncoderLayer(width, 2, 32, dropout=0.0, batch_first=True)
        self.answer = nn.Linear(width, 2)

    def forward(self, bits):
        return self.answer(self.layer(self.token(bits) + self.place).mean(dim=1))


torch.manual_seed(1)
reader = Reader()
rule = torch.optim.AdamW(reader.parameters(), lr=1e-3)  # expect: OPT509
update = 0
while update < 150:
    bits = torch.randint(0, 2, (32, 6))
    loss = nn.functional.cross_entropy(reader(bits), bits.sum(dim=1) % 2)
    rule.zero_grad()
    loss.backward()
    rule.step()
    update += 1
    if update % 50 == 0:
        print(update, loss.item())
