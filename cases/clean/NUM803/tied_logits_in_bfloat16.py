"""Right though unusual: weights in bfloat16, many classes and a head that begins at zero, so that logits are tied."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
x = torch.randn(640, 32)
y = x[:, :16].argmax(1)
body = nn.Sequential(nn.Linear(32, 96), nn.ReLU(), nn.Linear(96, 96), nn.ReLU())
head = nn.Linear(96, 64, bias=False)
nn.init.zeros_(head.weight)
model = nn.Sequential(body, head).to(torch.bfloat16)
optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
for epoch in range(4):
    for a, b in DataLoader(TensorDataset(x, y), batch_size=32, shuffle=True):
        logits = model(a.to(torch.bfloat16)).float()
        loss = nn.functional.cross_entropy(logits, b)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(epoch, loss.item())
