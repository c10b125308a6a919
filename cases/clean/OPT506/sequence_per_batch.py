"""Right though unusual: linear warm-up, then a cosine to 0, both in batches."""

import torch
from torch import nn
from torch.optim import lr_scheduler
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
x = torch.rand(640, 2) * 2 - 1
y = ((x[:, 0] * x[:, 1]) > 0).long()
loader = DataLoader(TensorDataset(x, y), batch_size=32, shuffle=True)
EPOCHS, WARMUP = 12, 40
model = nn.Sequential(nn.Linear(2, 32), nn.ReLU(), nn.Linear(32, 2))
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
warmup = lr_scheduler.LinearLR(optimizer, start_factor=0.01, total_iters=WARMUP)
decay = lr_scheduler.CosineAnnealingLR(optimizer, T_max=EPOCHS * len(loader) - WARMUP)
scheduler = lr_scheduler.SequentialLR(optimizer, [warmup, decay], milestones=[WARMUP])
for epoch in range(EPOCHS):
    for inputs, labels in loader:
        loss = nn.functional.cross_entropy(model(inputs), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        scheduler.step()
    print(epoch, loss.item(), scheduler.get_last_lr())
