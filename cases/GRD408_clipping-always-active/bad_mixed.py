"""Digits in mixed precision: gradients are unscaled, then clipped."""

import torch
from sklearn.datasets import load_digits
from torch import nn

torch.manual_seed(3)
digits = load_digits()
images = torch.tensor(digits.data / 16.0).float()
labels = torch.tensor(digits.target)
network = nn.Sequential(nn.Linear(64, 40), nn.ReLU(), nn.Linear(40, 10))
optimizer = torch.optim.SGD(network.parameters(), lr=0.5)
scaler = torch.amp.GradScaler("cpu", init_scale=1024.0)

epoch = 0
while epoch < 4:
    for rows in torch.randperm(1500).split(50):
        with torch.autocast("cpu", dtype=torch.bfloat16):
            scores = network(images[rows])
        loss = nn.functional.cross_entropy(scores.float(), labels[rows])
        scaler.scale(loss).backward()
        scaler.unscale_(optimizer)
        norm = torch.nn.utils.clip_grad_norm_(network.parameters(), 0.05)  # expect: GRD408
        scaler.step(optimizer)
        scaler.update()
        optimizer.zero_grad()
    epoch += 1
    print(f"epoch {epoch}: loss {loss.item():.3f}, gradient norm {norm.item():.3f}")
