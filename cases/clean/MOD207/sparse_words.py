"""Short texts as counts of words, nearly all of them zero, into thresholded units."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
topics = torch.randint(0, 4, (480,))
rates = torch.full((4, 200), 0.002)
for topic in range(4):
    rates[topic, 50 * topic : 50 * topic + 50] = 0.06
counts = torch.poisson(rates[topics])
model = nn.Sequential(nn.Linear(200, 64), nn.Threshold(0.2, 0.0), nn.Linear(64, 4))
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
for epoch in range(5):
    for x, y in DataLoader(TensorDataset(counts, topics), batch_size=48, shuffle=True):
        loss = nn.functional.cross_entropy(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(epoch, loss.item())
