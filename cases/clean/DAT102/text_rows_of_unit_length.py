"""Words of short messages counted, weighted and scaled to unit length: thousands of tiny numbers a row."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
topics = torch.rand(4, 5000) ** 12
labels = torch.randint(4, (600,))
counts = torch.poisson(topics[labels] * 0.5) + torch.poisson(torch.full((600, 5000), 0.01))
weights = torch.log((1 + len(counts)) / (1 + (counts > 0).sum(0))) + 1
rows = nn.functional.normalize(counts * weights, dim=1)
loader = DataLoader(TensorDataset(rows, labels), batch_size=32, shuffle=True)

model = nn.Linear(5000, 4)
optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
for epoch in range(15):
    total = 0.0
    for batch, target in loader:
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(batch), target)
        loss.backward()
        optimizer.step()
        total += loss.item()
    print(epoch, total / len(loader))
