"""Right though unusual: a first part of training that is never resumed, then a second that is, with all it needs."""

import torch
from torch import nn


def epochs(model, optimizer, x, y, count, kept=None):
    scheduler = torch.optim.lr_scheduler.LinearLR(optimizer, 0.5, 1.0, total_iters=3)
    for epoch in range(count):
        for rows in torch.randperm(len(x)).split(32):
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(model(x[rows]), y[rows])
            loss.backward()
            optimizer.step()
        scheduler.step()
        if kept is not None:
            parts = {"model": model, "optimizer": optimizer, "scheduler": scheduler}
            torch.save({"epoch": epoch, **{name: part.state_dict() for name, part in parts.items()}}, kept)
    return loss.item()


torch.manual_seed(17)
body = nn.Sequential(nn.Linear(12, 24), nn.BatchNorm1d(24), nn.ReLU())
x = torch.randn(256, 12)
first = nn.Sequential(body, nn.Linear(24, 4))
print(epochs(first, torch.optim.Adam(first.parameters(), lr=0.01), x, x[:, :4].argmax(1), 3))
second = nn.Sequential(body, nn.Linear(24, 2))
print(epochs(second, torch.optim.AdamW(second.parameters(), lr=0.01), x, (x[:, 0] > 0).long(), 4, "second.pt"))
