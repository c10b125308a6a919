"""Right though unusual: only the head and its optimiser are kept; the frozen body comes from a seed each time."""

import os

import torch
from sklearn.datasets import load_digits
from torch import nn

torch.manual_seed(8)
images, labels = load_digits(return_X_y=True)
x = torch.tensor((images - 5) / 6, dtype=torch.float32)
y = torch.tensor(labels)
body = nn.Sequential(nn.Linear(64, 128), nn.BatchNorm1d(128), nn.ReLU()).requires_grad_(False)
with torch.no_grad():
    body(x[:1400])
body.eval()
head = nn.Linear(128, 10)
optimizer = torch.optim.Adam(head.parameters(), lr=5e-3)
start = 0
if os.path.exists("head.pt"):
    saved = torch.load("head.pt")
    head.load_state_dict(saved["head"])
    optimizer.load_state_dict(saved["optimizer"])
    start = saved["epoch"] + 1
for epoch in range(start, 6):
    for rows in torch.randperm(1400).split(100):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(head(body(x[rows])), y[rows])
        loss.backward()
        optimizer.step()
    torch.save({"head": head.state_dict(), "optimizer": optimizer.state_dict(), "epoch": epoch}, "head.pt")
    print(epoch, loss.item())
