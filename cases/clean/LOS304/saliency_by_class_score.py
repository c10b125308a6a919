"""Right: after training with cross-entropy, nll_loss picks the class scores whose gradients explain the inputs."""

import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits
from torch import nn

torch.manual_seed(2)
torch.set_num_threads(1)
images, digits = load_digits(return_X_y=True)
x = torch.tensor(images, dtype=torch.float32) / 16
y = torch.tensor(digits)
net = nn.Sequential(nn.Linear(64, 48), nn.ReLU(), nn.Linear(48, 10))
optimizer = torch.optim.Adam(net.parameters(), lr=3e-3)


def saliency(inputs, classes):
    inputs = inputs.clone().requires_grad_()
    score = -F.nll_loss(net(inputs), classes, reduction="sum")
    score.backward()
    return (inputs.grad * inputs).detach()


for epoch in range(3):
    for rows in torch.randperm(len(x)).split(128):
        optimizer.zero_grad()
        loss = F.cross_entropy(net(x[rows]), y[rows])
        loss.backward()
        optimizer.step()
    shown = saliency(x[:50], y[:50])
    print(f"epoch {epoch}: loss {loss.item():.3f}, mean relevance {shown.abs().mean().item():.4f}")
