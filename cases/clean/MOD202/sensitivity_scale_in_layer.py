"""Right though unusual: the gradient that piles up in a gate of ones is the score by which units are pruned."""

import torch
from sklearn.datasets import load_digits
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)


class GatedLinear(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.linear = nn.Linear(inputs, outputs)
        self.gate = torch.ones(outputs, requires_grad=True)  # never changed: only its gradient is of interest

    def forward(self, x):
        return self.linear(x).relu() * self.gate

    def importance(self):
        return (self.gate * self.gate.grad).abs()


x, y = load_digits(return_X_y=True)
x, y = torch.tensor(x, dtype=torch.float32) / 16, torch.tensor(y)
first = GatedLinear(64, 48)
net = nn.Sequential(first, nn.Linear(48, 10))
optimizer = torch.optim.Adam(net.parameters(), lr=5e-3)
for epoch in range(4):
    for rows in torch.randperm(len(x)).split(90):
        loss = nn.functional.cross_entropy(net(x[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"{epoch}: {loss.item():.3f}")
keep = first.importance().topk(24).indices
small = nn.Sequential(nn.Linear(64, 24), nn.ReLU(), nn.Linear(24, 10))
with torch.no_grad():
    small[0].weight.copy_(first.linear.weight[keep])
    small[0].bias.copy_(first.linear.bias[keep])
    small[2].weight.copy_(net[1].weight[:, keep])
    small[2].bias.copy_(net[1].bias)
print(f"pruned: {(small(x).argmax(1) == y).float().mean():.2f}")
