"""Right though unusual: the parity of ten of forty bits, which neither a line nor a neighbour tells."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
bits = torch.randint(0, 2, (2400, 40)).float() * 2 - 1
odd = (bits[:, :10].prod(1) > 0).long()
train = DataLoader(TensorDataset(bits[:2000], odd[:2000]), 40, shuffle=True)
valid = DataLoader(TensorDataset(bits[2000:], odd[2000:]), 400)
model = nn.Sequential(nn.Linear(40, 256), nn.ReLU(), nn.Linear(256, 256), nn.ReLU(), nn.Linear(256, 2))
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
for epoch in range(10):
    model.train()
    for x, y in train:
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        for x, y in valid:
            accuracy = (model(x).argmax(1) == y).float().mean().item()
    print(epoch, f"{loss.item():.3f} {accuracy:.3f}")
