"""Flowers from four lengths, with batches as dicts."""

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Flowers(Dataset):
    def __init__(self, count):
        self.kind = torch.randint(0, 3, (count,))
        self.lengths = torch.randn(count, 4) + 2 * self.kind[:, None]

    def __len__(self):
        return len(self.kind)

    def __getitem__(self, index):
        return {"lengths": self.lengths[index], "kind": self.kind[index]}


torch.manual_seed(0)
train, valid = DataLoader(Flowers(300), batch_size=30, shuffle=True), DataLoader(Flowers(90), batch_size=90)
model = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 3))
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)

for epoch in range(3):
    model.train()
    for batch in train:
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(batch["lengths"]), batch["kind"])
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        for batch in valid:
            right = (model(batch["lengths"]).argmax(1) == batch["kind"]).float().mean()
    print(f"epoch {epoch}: loss {loss.item():.3f}, accuracy {right:.3f}")
