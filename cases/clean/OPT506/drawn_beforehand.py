"""Right though unusual: the schedule is stepped through once on a dummy to be drawn, then built anew for the training."""

import torch
from torch import nn
from torch.optim import lr_scheduler
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
x = torch.rand(640, 2) * 2 - 1
y = ((x[:, 0] * x[:, 1]) > 0).long()
loader = DataLoader(TensorDataset(x, y), batch_size=32, shuffle=True)
EPOCHS = 8
total = EPOCHS * len(loader)


def build(parameters):
    optimizer = torch.optim.Adam(parameters, lr=1e-2)
    return optimizer, lr_scheduler.PolynomialLR(optimizer, total_iters=total, power=2.0)


optimizer, scheduler = build([torch.zeros(1, requires_grad=True)])
curve = []
for _ in range(2 * total):
    curve.append(scheduler.get_last_lr()[0])
    scheduler.step()
print(curve[:: total // 4])
model = nn.Sequential(nn.Linear(2, 32), nn.ReLU(), nn.Linear(32, 2))
optimizer, scheduler = build(model.parameters())
for epoch in range(EPOCHS):
    for inputs, labels in loader:
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(inputs), labels)
        loss.backward()
        optimizer.step()
        scheduler.step()
    print(epoch, loss.item())
