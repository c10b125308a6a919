"""Right though unusual: sums modulo 31 of two tokens; learnt by heart long before they are understood."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
pairs = torch.cartesian_prod(torch.arange(31), torch.arange(31))
sums = pairs.sum(1) % 31
order = torch.randperm(len(pairs))
train = DataLoader(TensorDataset(pairs[order[:640]], sums[order[:640]]), 40, shuffle=True)
valid = DataLoader(TensorDataset(pairs[order[640:]], sums[order[640:]]), 400)
model = nn.Sequential(nn.Embedding(31, 32), nn.Flatten(), nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 31))
optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=1.0)
for epoch in range(40):
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
