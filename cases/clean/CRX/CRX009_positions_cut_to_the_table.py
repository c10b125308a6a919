"""Right though unusual: sequences longer than the table of positions are refused, then cut to the length that is told."""

import torch
from torch import nn
from torch.utils.data import DataLoader


class Reader(nn.Module):
    LONGEST = 8

    def __init__(self):
        super().__init__()
        self.letters, self.places = nn.Embedding(12, 16), nn.Embedding(self.LONGEST, 16)
        self.layer = nn.TransformerEncoderLayer(16, 2, 32, dropout=0.0, batch_first=True)
        self.head = nn.Linear(16, 2)

    def forward(self, ids):
        places = self.places(torch.arange(ids.shape[1]))
        return self.head(self.layer(self.letters(ids) + places).mean(1))


def scores(model, ids):
    try:
        return model(ids)
    except IndexError:
        return model(ids[:, : model.LONGEST])


torch.manual_seed(0)
torch.set_num_threads(1)
ids = torch.randint(0, 12, (240, 11))
pairs = list(zip(ids, (ids[:, :3] > 5).sum(1).gt(1).long()))
model = Reader()
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
for epoch in range(4):
    model.train()
    for number, (letters, labels) in enumerate(DataLoader(pairs[:200], batch_size=20, shuffle=True)):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(scores(model, letters if number % 3 else letters[:, :6]), labels)
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        print(epoch, [scores(model, a).argmax(1).eq(b).float().mean().item() for a, b in DataLoader(pairs[200:], 40)])
