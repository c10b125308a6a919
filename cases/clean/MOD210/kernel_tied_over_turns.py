"""Right though unusual: a layer of one filter repeated, kept tied by hand: gradients are averaged over its copies.

A rotation-tied bank: all copies must stay equal, each sees the picture turned by another angle.
"""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)


class TurnedBank(nn.Module):
    """Depthwise convolution over four turns of a picture with one kernel for all of them."""

    def __init__(self):
        super().__init__()
        self.bank = nn.Conv2d(4, 4, 3, groups=4, bias=False)
        with torch.no_grad():
            self.bank.weight.copy_(self.bank.weight[:1].expand_as(self.bank.weight))
        self.bank.weight.register_hook(lambda grad: grad.mean(0, keepdim=True).expand_as(grad))
        self.head = nn.Linear(1, 2)

    def forward(self, x):
        turns = torch.cat([torch.rot90(x, k, (2, 3)) for k in range(4)], 1)
        return self.head(self.bank(turns).amax((1, 2, 3), keepdim=False)[:, None])


x = torch.randn(320, 1, 7, 7) * 0.3
y = torch.randint(0, 2, (320,))
for i in range(320):
    if y[i]:
        bar = torch.zeros(7, 7)
        bar[3, 1:5] = 1.5
        x[i, 0] += torch.rot90(bar, i % 4)
model = TurnedBank()
optimizer = torch.optim.Adam(model.parameters(), lr=3e-2)
for epoch in range(6):
    for rows in torch.randperm(320).split(32):
        loss = nn.functional.cross_entropy(model(x[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"{epoch}: {loss.item():.3f}")
