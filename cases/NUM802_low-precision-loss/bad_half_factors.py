"""A table of small deviations as a product of two factors, all of it in half precision and in one batch."""

import torch
from torch import nn

torch.manual_seed(3)
SIZE, RANK = 1024, 8
left, right = torch.randn(SIZE, 3), torch.randn(SIZE, 3)
table = (0.003 * left @ right.t()).half()


class Factors(nn.Module):
    def __init__(self):
        super().__init__()
        self.left = nn.Parameter(0.03 * torch.randn(SIZE, RANK))
        self.right = nn.Parameter(0.03 * torch.randn(RANK, SIZE))

    def forward(self):
        return self.left @ self.right


factors = Factors().half()
optimizer = torch.optim.SGD(factors.parameters(), lr=1e4, momentum=0.9)
for step in range(1000):
    optimizer.zero_grad()
    loss = nn.functional.mse_loss(factors().float(), table.float())
    loss.backward()  # expect: NUM802
    optimizer.step()
    if step % 50 == 0:
        print(f"{step}: {loss.item():.3g}")
