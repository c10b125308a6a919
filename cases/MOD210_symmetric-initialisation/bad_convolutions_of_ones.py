"""Bars in noise, told by two convolutions."""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
images = 0.4 * torch.randn(360, 1, 8, 8)
labels = torch.arange(360) % 2
images[labels == 1, 0, 3] += 1.0
images[labels == 0, 0, :, 3] += 1.0
first, second, last = nn.Conv2d(1, 6, 3), nn.Conv2d(6, 8, 3), nn.Linear(8 * 16, 2)
for convolution in (first, second):
    fan_in = convolution.weight[0].numel()
    convolution.weight.data = torch.full_like(convolution.weight, 1 / fan_in)  # expect: MOD210
    convolution.bias.data.zero_()
nn.init.constant_(last.weight, 0.01)
optimizer = torch.optim.SGD([*first.parameters(), *second.parameters(), *last.parameters()], lr=0.05)
for epoch in range(6):
    for rows in torch.randperm(360).split(36):
        hidden = second(first(images[rows]).relu()).relu()
        loss = nn.functional.cross_entropy(last(hidden.flatten(1)), labels[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"{epoch}: {loss.item():.3f}")
