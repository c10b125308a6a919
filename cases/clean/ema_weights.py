"""Right though unusual: a second model follows the first by exponential averaging; it has gradients nowhere."""

import copy

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


@torch.no_grad()
def follow(average, model, decay):
    for kept, new in zip(average.parameters(), model.parameters(), strict=True):
        kept.lerp_(new, 1 - decay)
    for kept, new in zip(average.buffers(), model.buffers(), strict=True):
        kept.copy_(new)


torch.manual_seed(0)
x = torch.randn(640, 6)
y = (x.pow(2).sum(dim=1) > 6).long()
loader = DataLoader(TensorDataset(x[:512], y[:512]), batch_size=32, shuffle=True)
model = nn.Sequential(nn.Linear(6, 48), nn.BatchNorm1d(48), nn.ReLU(), nn.Linear(48, 2))
average = copy.deepcopy(model).requires_grad_(False).eval()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
for epoch in range(6):
    model.train()
    for inputs, labels in loader:
        loss = nn.functional.cross_entropy(model(inputs), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        follow(average, model, decay=0.9)
    with torch.no_grad():
        accuracy = (average(x[512:]).argmax(1) == y[512:]).float().mean()
    print(f"epoch {epoch}: loss {loss.item():.3f}, accuracy of the average {accuracy:.3f}")
