"""Right though unusual: the rate is set by hand for the first hundred batches; a step decay per epoch follows."""

import torch
from torch import nn
from torch.optim import lr_scheduler
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
x = torch.rand(640, 2) * 2 - 1
y = ((x[:, 0] * x[:, 1]) > 0).long()
loader = DataLoader(TensorDataset(x, y), batch_size=16, shuffle=True)
RATE, WARMUP = 0.1, 100
model = nn.Sequential(nn.Linear(2, 32), nn.ReLU(), nn.Linear(32, 2))
optimizer = torch.optim.SGD(model.parameters(), lr=RATE)
scheduler = lr_scheduler.StepLR(optimizer, step_size=7, gamma=0.1)
step = 0
for epoch in range(25):
    for inputs, labels in loader:
        if step < WARMUP:
            for group in optimizer.param_groups:
                group["lr"] = RATE * (step + 1) / WARMUP
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(inputs), labels)
        loss.backward()
        optimizer.step()
        step += 1
    scheduler.step()
    print(epoch, loss.item(), scheduler.get_last_lr())
