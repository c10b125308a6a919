"""Right though unusual: constant for nine tenths of the run, then a ramp to 0."""

import torch
from torch import nn
from torch.optim import lr_scheduler
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
x = torch.rand(640, 2) * 2 - 1
y = ((x[:, 0] * x[:, 1]) > 0).long()
loader = DataLoader(TensorDataset(x, y), batch_size=32, shuffle=True)
EPOCHS = 10
total = EPOCHS * len(loader)


def factor(step):
    if step < 0.05 * total:
        return step / (0.05 * total)
    if step < 0.9 * total:
        return 1.0
    return max(0.0, (total - step) / (0.1 * total))


model = nn.Sequential(nn.Linear(2, 32), nn.ReLU(), nn.Linear(32, 2))
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
scheduler = lr_scheduler.LambdaLR(optimizer, factor)
for epoch in range(EPOCHS):
    for inputs, labels in loader:
        loss = nn.functional.cross_entropy(model(inputs), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        scheduler.step()
    print(epoch, loss.item(), scheduler.get_last_lr())
