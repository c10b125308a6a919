"""Triplets with a margin in float16: most are told apart already and send nothing back, on purpose."""

import torch
from sklearn.datasets import load_digits
from torch import nn

torch.manual_seed(6)
images, labels = load_digits(return_X_y=True)
x = torch.tensor((images - 5) / 6, dtype=torch.float32)
y = torch.tensor(labels)
groups = [torch.nonzero(y[:1400] == digit)[:, 0] for digit in range(10)]


def drawn(digit):
    return torch.stack([groups[d][torch.randint(len(groups[d]), ())] for d in digit.tolist()])


model = nn.Sequential(nn.Linear(64, 64), nn.ReLU6(), nn.Linear(64, 16))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
for step in range(120):
    kind = torch.randint(0, 10, (48,))
    other = (kind + torch.randint(1, 10, (48,))) % 10
    with torch.autocast("cpu", dtype=torch.float16):
        anchor, same, apart = (model(x[drawn(digits)]) for digits in (kind, kind, other))
    near = (anchor.float() - same.float()).pow(2).sum(1)
    far = (anchor.float() - apart.float()).pow(2).sum(1)
    loss = (near - far + 1.0).clamp(min=0).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 15 == 0:
        print(f"{step}: {loss.item():.3f}, {(near < far).float().mean():.0%} in order")
