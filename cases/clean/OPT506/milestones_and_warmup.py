"""Right though unusual: a warm-up per batch in the first epoch alone, then decay at milestones in epochs."""

import torch
from torch import nn
from torch.optim import lr_scheduler
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
x = torch.rand(640, 2) * 2 - 1
y = ((x[:, 0] * x[:, 1]) > 0).long()
loader = DataLoader(TensorDataset(x, y), batch_size=32, shuffle=True)


def train_one_epoch(model, optimizer, loader, epoch):
    warmup = None
    if epoch == 0:
        warmup = lr_scheduler.LinearLR(optimizer, start_factor=1e-3, total_iters=min(1000, len(loader) - 1))
    model.train()
    for inputs, labels in loader:
        loss = nn.functional.cross_entropy(model(inputs), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if warmup is not None:
            warmup.step()
    return loss.item()


model = nn.Sequential(nn.Linear(2, 32), nn.ReLU(), nn.Linear(32, 2))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, weight_decay=1e-4)
scheduler = lr_scheduler.MultiStepLR(optimizer, milestones=[30, 60, 80], gamma=0.1)
for epoch in range(90):
    loss = train_one_epoch(model, optimizer, loader, epoch)
    scheduler.step()
    print(epoch, loss, scheduler.get_last_lr())
