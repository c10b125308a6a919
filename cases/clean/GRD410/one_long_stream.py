"""Steps instead of epochs: a stream without end, each step draws its micro-batches."""

import torch
from torch import nn

torch.manual_seed(0)
truth = torch.randn(8, 3)


def stream():
    while True:
        x = torch.randn(16, 8)
        yield x, (x @ truth).argmax(1)


batches = stream()
model = nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 3))
optimizer = torch.optim.SGD(model.parameters(), lr=0.3, momentum=0.9)
step = 0
while step < 60:
    optimizer.zero_grad()
    for _ in range(5):
        inputs, labels = next(batches)
        loss = nn.functional.cross_entropy(model(inputs), labels) / 5
        loss.backward()
    optimizer.step()
    step += 1
    if step % 10 == 0:
        print(f"{step}: {loss.item() * 5:.3f}")
