"""Right though unusual: an interrupted run goes on: the schedule is wound forward to the epoch it had reached."""

import torch
from torch import nn
from torch.optim import lr_scheduler
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
x = torch.rand(640, 2) * 2 - 1
y = ((x[:, 0] * x[:, 1]) > 0).long()
loader = DataLoader(TensorDataset(x, y), batch_size=32, shuffle=True)
EPOCHS, START = 50, 35
model = nn.Sequential(nn.Linear(2, 32), nn.ReLU(), nn.Linear(32, 2))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
scheduler = lr_scheduler.CosineAnnealingLR(optimizer, T_max=EPOCHS)
for _ in range(START):
    optimizer.step()
    scheduler.step()
for epoch in range(START, EPOCHS):
    for inputs, labels in loader:
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(inputs), labels)
        loss.backward()
        optimizer.step()
    scheduler.step()
    print(epoch, loss.item(), scheduler.get_last_lr())
