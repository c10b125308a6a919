"""Right: a grid detector squashes the box part of its output in place; the objectness score stays a logit."""

import torch
from torch import nn


class GridDetector(nn.Module):
    def __init__(self, cells):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.AdaptiveMaxPool2d(cells))
        self.head = nn.Conv2d(16, 3, 1)  # x and y within the cell, objectness

    def forward(self, images):
        out = self.head(self.body(images)).permute(0, 2, 3, 1).contiguous()
        out[..., :2] = out[..., :2].sigmoid()
        return out


def draw(count, cells=3, size=4):
    images = 0.1 * torch.randn(count, 1, cells * size, cells * size)
    present = torch.zeros(count, cells, cells)
    centre = torch.zeros(count, cells, cells, 2)
    for i in range(count):
        row, column = torch.randint(cells, (2,)).tolist()
        dy, dx = torch.randint(size, (2,)).tolist()
        images[i, 0, row * size + dy, column * size + dx] += 2.0
        present[i, row, column] = 1.0
        centre[i, row, column] = torch.tensor([dx, dy]) / size
    return images, present, centre


torch.manual_seed(0)
torch.set_num_threads(1)
images, present, centre = draw(256)
model = GridDetector(3)
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
for epoch in range(8):
    for rows in torch.randperm(256).split(32):
        out = model(images[rows])
        seen = present[rows] > 0
        box_loss = nn.functional.mse_loss(out[..., :2][seen], centre[rows][seen])
        object_loss = nn.functional.binary_cross_entropy_with_logits(out[..., 2], present[rows])
        loss = box_loss + object_loss
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}: box {box_loss.item():.3f}, object {object_loss.item():.3f}")
