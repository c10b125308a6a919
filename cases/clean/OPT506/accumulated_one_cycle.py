"""Right though unusual: a one-cycle schedule over updates of three batches, where the last ones of an epoch make one more."""

import torch
from torch import nn
from torch.optim import lr_scheduler
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
x = torch.rand(640, 2) * 2 - 1
y = ((x[:, 0] * x[:, 1]) > 0).long()
import math

loader = DataLoader(TensorDataset(x, y), batch_size=16, shuffle=True)
EPOCHS, ACCUMULATE = 9, 3
model = nn.Sequential(nn.Linear(2, 32), nn.ReLU(), nn.Linear(32, 2))
optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
scheduler = lr_scheduler.OneCycleLR(
    optimizer, max_lr=0.3, epochs=EPOCHS, steps_per_epoch=math.ceil(len(loader) / ACCUMULATE)
)
for epoch in range(EPOCHS):
    for i, (inputs, labels) in enumerate(loader, start=1):
        loss = nn.functional.cross_entropy(model(inputs), labels) / ACCUMULATE
        loss.backward()
        if i % ACCUMULATE and i != len(loader):
            continue
        optimizer.step()
        scheduler.step()
        optimizer.zero_grad()
    print(epoch, loss.item(), scheduler.get_last_lr())
