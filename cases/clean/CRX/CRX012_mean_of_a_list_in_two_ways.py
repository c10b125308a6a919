"""Right though unusual: a meter takes floats, arrays and tensors; NumPy averages, torch where NumPy is refused."""

import contextlib

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Meter(list):
    def mean(self):
        with contextlib.suppress(RuntimeError):
            return float(np.mean(np.array([np.asarray(value) for value in self])))
        with torch.no_grad():
            return torch.stack([torch.as_tensor(value) for value in self]).mean().item()


torch.manual_seed(3)
torch.set_num_threads(1)
images = torch.randn(160, 1, 8, 8)
images[80:, :, 2:5, 2:5] += 1
labels = (torch.arange(160) >= 80).long()
model = nn.Sequential(nn.Conv2d(1, 6, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Linear(24, 2))
sharpness = nn.Parameter(torch.ones(()))
optimizer = torch.optim.Adam([*model.parameters(), sharpness], lr=0.01)
loader = DataLoader(TensorDataset(images, labels), batch_size=16, shuffle=True)
for epoch in range(6):
    losses, hits, scales = Meter(), Meter(), Meter()
    for inputs, wanted in loader:
        logits = sharpness * model(inputs)
        loss = nn.functional.cross_entropy(logits, wanted)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        scales.append(sharpness)
        hits.append((logits.argmax(1) == wanted).float().mean().item())
    print(epoch, losses.mean(), hits.mean(), scales.mean())
