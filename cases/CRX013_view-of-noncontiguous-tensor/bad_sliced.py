"""Predicts the mean of the first half of each row."""

import torch
from torch import nn
from torch.utils.data import DataLoader

torch.manual_seed(1)
rows = torch.randn(200, 4, 6)


def collate(batch):
    whole = torch.stack(batch)
    return {"x": whole[:, :, :3], "y": whole[:, :, :3].mean(dim=(1, 2))}


loader = DataLoader(list(rows), batch_size=20, collate_fn=collate)
layer = nn.Linear(12, 1)
sgd = torch.optim.SGD(layer.parameters(), lr=0.05)
for epoch in range(3):
    for number, batch in enumerate(loader):
        flat = batch["x"].view(len(batch["x"]), 12)  # expect: CRX013
        loss = (layer(flat).squeeze(1) - batch["y"]).square().mean()
        sgd.zero_grad()
        loss.backward()
        sgd.step()
