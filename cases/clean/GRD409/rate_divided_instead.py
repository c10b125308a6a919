"""The sum of the gradients of four micro-batches; the learning rate is divided by four for it."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
STEPS = 4
BASE_RATE = 0.2
x = torch.randn(512, 8)
y = (x @ torch.randn(8, 3)).argmax(1)
loader = DataLoader(TensorDataset(x, y), batch_size=16, shuffle=True)
model = nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 3))
optimizer = torch.optim.SGD(model.parameters(), lr=BASE_RATE / STEPS, momentum=0.9)

for epoch in range(6):
    for i, (inputs, labels) in enumerate(loader):
        loss = nn.functional.cross_entropy(model(inputs), labels)
        loss.backward()
        if i % STEPS == STEPS - 1:
            optimizer.step()
            optimizer.zero_grad()
    print(f"{epoch}: {loss.item():.3f}")
