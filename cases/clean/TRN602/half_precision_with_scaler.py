"""Right though unusual: the scale of the loss is doubled until gradients overflow, then halved."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
kinds = torch.randint(0, 5, (1600,))
x = 1.2 * torch.randn(5, 10)[kinds] + 0.8 * torch.randn(1600, 10)
train = DataLoader(TensorDataset(x[:1200], kinds[:1200]), 30, shuffle=True)
valid = DataLoader(TensorDataset(x[1200:], kinds[1200:]), 400)
model = nn.Sequential(nn.Linear(10, 40), nn.ReLU(), nn.Linear(40, 5))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
scale = 2.0**10
for epoch in range(8):
    model.train()
    for rows, labels in train:
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(rows), labels)
        (scale * loss).backward()
        gradients = [weight.grad for weight in model.parameters()]
        if all(bool(gradient.half().isfinite().all()) for gradient in gradients):
            for gradient in gradients:
                gradient.div_(scale)
            optimizer.step()
            scale *= 1.1
        else:
            scale /= 2
    model.eval()
    with torch.no_grad():
        for rows, labels in valid:
            right = (model(rows).argmax(1) == labels).float().mean().item()
    print(epoch, right)
