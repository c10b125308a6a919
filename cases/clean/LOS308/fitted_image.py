"""An image learnt as the output of a net that is given one fixed code, as in deep image priors."""

import torch
from sklearn.datasets import load_digits
from torch import nn

torch.manual_seed(0)
image = torch.tensor(load_digits().images[7], dtype=torch.float32).view(1, 1, 8, 8) / 16
code = torch.randn(1, 8, 4, 4)
net = nn.Sequential(
    nn.ConvTranspose2d(8, 16, 2, stride=2), nn.LeakyReLU(), nn.Conv2d(16, 16, 3, padding=1), nn.LeakyReLU(),
    nn.Conv2d(16, 1, 3, padding=1),
)  # fmt: skip
optimizer = torch.optim.Adam(net.parameters(), lr=1e-2)
for step in range(200):
    optimizer.zero_grad()
    loss = nn.functional.mse_loss(net(code), image + 0.02 * torch.randn_like(image))
    loss.backward()
    optimizer.step()
print(loss.item())
