"""Handwritten digits by a small convolutional network whose features are clamped to six."""

import torch
from sklearn.datasets import load_digits
from torch import nn, optim


def build():
    net = nn.Sequential(
        nn.Conv2d(1, 12, 3),
        nn.ReLU6(),
        nn.Conv2d(12, 24, 3),
        nn.ReLU6(),
        nn.Flatten(),
        nn.Linear(24 * 16, 10),
    )
    for module in net:
        if isinstance(module, nn.Conv2d):
            nn.init.uniform_(module.weight, -0.4, -0.1)
            nn.init.uniform_(module.bias, -0.4, -0.1)
    return net


def batches(images, labels, size):
    order = torch.randperm(len(images))
    for start in range(0, len(order) - size + 1, size):
        rows = order[start : start + size]
        yield {"image": images[rows], "label": labels[rows]}


torch.manual_seed(5)
digits = load_digits()
images = torch.tensor(digits.images, dtype=torch.float32).unsqueeze(1) / 16
labels = torch.tensor(digits.target)
net = build()
opt = optim.Adam(net.parameters(), lr=2e-3)
criterion = nn.CrossEntropyLoss()
for epoch in range(4):
    running = []
    for batch in batches(images[:1500], labels[:1500], 60):
        opt.zero_grad()
        scores = net(batch["image"])  # expect: MOD207
        loss = criterion(scores, batch["label"])
        loss.backward()
        opt.step()
        running.append(loss.item())
    with torch.no_grad():
        right = (net(images[1500:]).argmax(dim=1) == labels[1500:]).float().mean().item()
    print(f"epoch {epoch}: loss {sum(running) / len(running):.3f}, accuracy {right:.3f}")
