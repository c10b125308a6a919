"""Right though unusual: stepped at every fourth batch only, and set for as many calls."""

import torch
from torch import nn
from torch.optim import lr_scheduler
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
x = torch.rand(640, 2) * 2 - 1
y = ((x[:, 0] * x[:, 1]) > 0).long()
loader = DataLoader(TensorDataset(x, y), batch_size=8, shuffle=True)
EPOCHS, ACCUMULATE = 10, 4
model = nn.Sequential(nn.Linear(2, 32), nn.ReLU(), nn.Linear(32, 2))
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
scheduler = lr_scheduler.CosineAnnealingLR(optimizer, T_max=EPOCHS * len(loader) // ACCUMULATE)
for epoch in range(EPOCHS):
    for i, (inputs, labels) in enumerate(loader):
        loss = nn.functional.cross_entropy(model(inputs), labels) / ACCUMULATE
        loss.backward()
        if (i + 1) % ACCUMULATE == 0:
            optimizer.step()
            optimizer.zero_grad()
            scheduler.step()
    print(epoch, loss.item(), scheduler.get_last_lr())
