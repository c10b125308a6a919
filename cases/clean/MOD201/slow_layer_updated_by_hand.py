"""Right though unusual: two time scales; a layer in a list collects gradient and is moved by hand every 40 steps."""

import torch
from torch import nn

torch.manual_seed(7)
torch.set_num_threads(1)
SLOW_EVERY = 40


class FastAndSlow(nn.Module):
    def __init__(self):
        super().__init__()
        self.slow = [nn.Linear(9, 32)]
        self.fast = nn.Sequential(nn.ReLU(), nn.Linear(32, 16), nn.ReLU(), nn.Linear(16, 3))

    def forward(self, x):
        return self.fast(self.slow[0](x))


def move_slow(layers, rate):
    with torch.no_grad():
        for layer in layers:
            for p in layer.parameters():
                p.sub_(rate * p.grad / SLOW_EVERY)
                p.grad = None


x = torch.randn(1280, 9)
y = torch.stack([x[:, :3].sum(1), x[:, 3:6].prod(1), x[:, 6:].abs().sum(1) - 2], dim=1).argmax(dim=1)
model = FastAndSlow()
optimizer = torch.optim.Adam(model.fast.parameters(), lr=3e-3)
step = 0
for epoch in range(10):
    for rows in torch.randperm(1024).split(32):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x[rows]), y[rows])
        loss.backward()
        optimizer.step()
        step += 1
        if step % SLOW_EVERY == 0:
            move_slow(model.slow, 0.3)
    with torch.no_grad():
        accuracy = (model(x[1024:]).argmax(1) == y[1024:]).float().mean()
    print(f"epoch {epoch}: loss {loss.item():.3f}, accuracy {accuracy:.3f}")
