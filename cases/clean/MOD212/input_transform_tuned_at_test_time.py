"""Right though unusual: test-time fitting of a frozen network's input transform by its own small class of parameter.

The leaf is made anew for each picture and belongs to no module.
"""

import torch
from sklearn.datasets import load_digits
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
x, y = load_digits(return_X_y=True)
x, y = torch.tensor(x, dtype=torch.float32) / 16, torch.tensor(y)
net = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))
optimizer = torch.optim.Adam(net.parameters(), lr=1e-2)
for rows in torch.randperm(1500).split(50):
    optimizer.zero_grad()
    nn.functional.cross_entropy(net(x[rows]), y[rows]).backward()
    optimizer.step()

for parameter in net.parameters():
    parameter.requires_grad = False
dark = x[1500:1600] * 0.4 - 0.3
print(f"dark: {(net(dark).argmax(1) == y[1500:1600]).float().mean():.2f}")
right = 0
for picture, label in zip(dark.split(20), y[1500:1600].split(20), strict=True):
    gain, shift = torch.ones(1, requires_grad=True), torch.zeros(1, requires_grad=True)
    tuner = torch.optim.SGD([gain, shift], lr=0.1)
    for _ in range(8):
        log_p = net(picture * gain + shift).log_softmax(1)
        entropy = -(log_p.exp() * log_p).sum(1).mean()
        tuner.zero_grad()
        entropy.backward()
        tuner.step()
    right += (net(picture * gain + shift).argmax(1) == label).sum().item()
print(f"tuned: {right / 100:.2f}")
