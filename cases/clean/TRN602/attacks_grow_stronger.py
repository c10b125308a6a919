"""Right though unusual: adversarial training whose attacks grow; what is trained on gets harder every epoch."""

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
torch.set_num_threads(1)
pixels, labels = load_digits(return_X_y=True)
data = TensorDataset(torch.tensor(pixels / 16, dtype=torch.float32)[:900], torch.tensor(labels)[:900])
loader = DataLoader(data, batch_size=90, shuffle=True)
model = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))


def attacked(images: torch.Tensor, wanted: torch.Tensor, strength: float) -> torch.Tensor:
    change = torch.zeros_like(images)
    for _ in range(3):
        change.requires_grad_()
        loss = nn.functional.cross_entropy(model(images + change), wanted)
        (slope,) = torch.autograd.grad(loss, change)
        change = (change.detach() + strength / 2 * slope.sign()).clamp(-strength, strength)
    return images + change


optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
clean = 1.0
for epoch in range(14):
    strength = 0.015 * max(0, epoch - 3)
    for images, wanted in loader:
        loss = nn.functional.cross_entropy(model(attacked(images, wanted, strength)), wanted)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        clean = (model(data.tensors[0]).argmax(1) == data.tensors[1]).float().mean().item()
    print(epoch, round(strength, 2), round(loss.item(), 3), round(clean, 3))
