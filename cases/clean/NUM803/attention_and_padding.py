"""Right though unusual: sequences of several lengths are padded, and attention leaves the padding out."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
lengths = torch.randint(3, 15, (640,))
tokens = torch.randint(1, 30, (640, 14)) * (torch.arange(14) < lengths[:, None])
kind = (tokens == 7).any(1).long()


class Reader(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(30, 24, padding_idx=0)
        layer = nn.TransformerEncoderLayer(24, 4, 48, dropout=0.1, batch_first=True)
        self.encode = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
        self.head = nn.Linear(24, 2)

    def forward(self, tokens):
        empty = tokens == 0
        states = self.encode(self.embed(tokens), src_key_padding_mask=empty)
        states = states.masked_fill(empty[..., None], 0.0)
        return self.head(states.sum(1) / (~empty).sum(1, keepdim=True))


model = Reader()
optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
for epoch in range(4):
    for x, y in DataLoader(TensorDataset(tokens, kind), batch_size=32, shuffle=True):
        loss = nn.functional.cross_entropy(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(epoch, loss.item())
