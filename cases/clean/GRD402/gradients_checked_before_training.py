"""Right: a self-test before training: every parameter must get a gradient; these gradients are thrown away."""

import torch
from torch import nn


def check_flow(model, *inputs):
    model(*inputs).sum().backward()
    dead = [name for name, p in model.named_parameters() if p.requires_grad and (p.grad is None or not p.grad.any())]
    model.zero_grad(set_to_none=True)
    if dead:
        raise RuntimeError(f"no gradient reaches {dead}")


class Pair(nn.Module):
    def __init__(self):
        super().__init__()
        self.left, self.right, self.out = nn.Linear(3, 12), nn.Linear(4, 12), nn.Linear(12, 1)

    def forward(self, left, right):
        return self.out(torch.tanh(self.left(left)) * torch.tanh(self.right(right))).squeeze(1)


torch.manual_seed(4)
torch.set_num_threads(1)
left, right = torch.randn(300, 3), torch.randn(300, 4)
y = left[:, 0] * right[:, 0]
model = Pair()
check_flow(model, left[:4], right[:4])
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
step = 0
while step < 100:
    rows = torch.randint(0, 300, (30,))
    loss = nn.functional.huber_loss(model(left[rows], right[rows]), y[rows])
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    step += 1
print(f"{loss.item():.4f}")
