"""Right though unusual: the inputs require a gradient; a first backward makes adversarial samples and is then wiped."""

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def attack(model, x, y, epsilon):
    x = x.clone().requires_grad_(True)
    F.cross_entropy(model(x), y).backward()
    return (x + epsilon * x.grad.sign()).detach()


torch.manual_seed(0)
x = torch.randn(600, 10)
y = (x[:, :3].sum(dim=1) > 0).long()
loader = DataLoader(TensorDataset(x[:480], y[:480]), batch_size=40, shuffle=True)
model = nn.Sequential(nn.Linear(10, 32), nn.ReLU(), nn.Linear(32, 2))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
for epoch in range(6):
    model.train()
    for inputs, labels in loader:
        shifted = attack(model, inputs, labels, epsilon=0.1)
        optimizer.zero_grad()
        loss = F.cross_entropy(model(shifted), labels)
        loss.backward()
        optimizer.step()
    model.eval()
    clean = (model(x[480:]).argmax(1) == y[480:]).float().mean()
    robust = (model(attack(model, x[480:], y[480:], epsilon=0.1)).argmax(1) == y[480:]).float().mean()
    print(f"epoch {epoch}: accuracy {clean:.3f}, under attack {robust:.3f}")
