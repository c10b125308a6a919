"""Right though unusual: a flattening layer views where the memory allows it, copies where not, and counts the copies."""

import torch
from torch import nn


class Merge(nn.Module):
    """Joins the last two axes, without a copy if possible."""

    def __init__(self):
        super().__init__()
        self.copies = 0

    def forward(self, x):
        shape = (*x.shape[:-2], x.shape[-2] * x.shape[-1])
        try:
            return x.view(shape)
        except RuntimeError:
            self.copies += 1
            return x.reshape(shape)


class Series(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.GRU(2, 8)
        self.merge = Merge()
        self.head = nn.Linear(48, 2)

    def forward(self, x):
        return self.head(self.merge(self.rnn(x)[0].transpose(0, 1)))


torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(6, 320, 2)
y = (x[-1, :, 0] > x[0, :, 0]).long()
model = Series()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(8):
    for rows in torch.randperm(256).split(32):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x[:, rows]), y[rows])
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        right = (model(x[:, 256:]).argmax(1) == y[256:]).float().mean().item()
    print(f"{epoch}: {loss.item():.3f} {right:.2f} copies {model.merge.copies}")
