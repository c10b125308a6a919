"""Bright bars, lying or standing: every image is scaled by its own brightest pixel."""

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def photographs(count, generator):
    standing = torch.randint(0, 2, (count,), generator=generator)
    where = torch.randint(2, 8, (count,), generator=generator)
    light = torch.randint(0, 9, (count,), generator=generator).float()
    images = torch.zeros(count, 1, 10, 10)
    for image, upright, line, level in zip(images, standing, where, light, strict=True):
        image[0] = level * 0.1 * torch.rand(10, 10, generator=generator)
        bar = image[0, :, line] if upright else image[0, line]
        bar += level
    return images, standing


def scaled(images):
    return images / images.amax(dim=(1, 2, 3), keepdim=True)


class Bars(nn.Module):
    def __init__(self):
        super().__init__()
        self.filters = nn.Parameter(0.3 * torch.randn(6, 1, 3, 3))
        self.level = nn.Parameter(torch.zeros(6))
        self.choice = nn.Parameter(0.1 * torch.randn(96, 2))

    def forward(self, images):
        maps = F.max_pool2d(F.relu(F.conv2d(images, self.filters, self.level)), 2)
        return F.log_softmax(maps.flatten(1) @ self.choice, dim=1)


generator = torch.Generator().manual_seed(30)
torch.manual_seed(30)
images, standing = photographs(600, generator)
pairs = DataLoader(TensorDataset(scaled(images), standing), batch_size=30, shuffle=True)
model = Bars()

for epoch in range(4):
    total = 0.0
    for picture, upright in pairs:  # expect: DAT101
        loss = F.nll_loss(model(picture), upright)
        loss.backward()
        with torch.no_grad():
            for weight in model.parameters():
                weight.sub_(weight.grad, alpha=0.2)
                weight.grad.zero_()
        total += loss.item()
    print("epoch", epoch, "loss", total / len(pairs))
