"""A residual convolution on noisy squares, with a normalisation behind each convolution."""

import torch
from torch import nn


class Tower(nn.Module):
    def __init__(self):
        super().__init__()
        self.enter = nn.Conv2d(1, 8, 3, padding=1)
        self.middle = nn.Conv2d(8, 8, 3, padding=1)  # expect: MOD203
        self.leave = nn.Linear(8, 2)

    def forward(self, image):
        early = torch.relu(self.enter(image))
        late = torch.relu(self.middle(early))
        assert late.shape == early.shape
        return self.leave(early.mean(dim=(2, 3)))


torch.manual_seed(0)
model = Tower()
optimizer = torch.optim.SGD(model.parameters(), lr=0.3, momentum=0.9)
step = 0
while step < 60:
    kinds = torch.randint(0, 2, (24,))
    images = 0.5 * torch.randn(24, 1, 9, 9)
    images[kinds == 1, :, 3:6, 3:6] += 1.5
    loss = nn.functional.cross_entropy(model(images), kinds)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    step += 1
print(loss.item())
