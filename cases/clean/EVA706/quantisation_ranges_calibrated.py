"""Right though unusual: ranges of a fake quantiser are calibrated in eval mode, then the network trains on with them.

Quantisation-aware training: a float phase, a calibration on rows kept for it, a phase with rounding.
"""

import torch
from torch import nn


class FakeQuant(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("low", torch.tensor(float("inf")))
        self.register_buffer("high", torch.tensor(float("-inf")))
        self.observing = self.rounding = False

    def forward(self, x):
        if self.observing:
            with torch.no_grad():
                self.low.copy_(torch.minimum(self.low, x.min()))
                self.high.copy_(torch.maximum(self.high, x.max()))
        if not self.rounding:
            return x
        scale = (self.high - self.low).clamp(min=1e-6) / 63
        rounded = ((x.clamp(self.low, self.high) - self.low) / scale).round() * scale + self.low
        return x + (rounded - x).detach()


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.quant_in, self.quant_mid = FakeQuant(), FakeQuant()
        self.first, self.second = nn.Linear(10, 40), nn.Linear(40, 1)
        self.drop = nn.Dropout(0.05)

    def forward(self, x):
        hidden = self.drop(torch.relu(self.first(self.quant_in(x))))
        return self.second(self.quant_mid(hidden)).squeeze(1)


def switch(net, **flags):
    for module in net.modules():
        if isinstance(module, FakeQuant):
            module.__dict__.update(flags)


def train(net, optimizer, x, y, epochs):
    net.train()
    for _ in range(epochs):
        for rows in torch.randperm(len(x)).split(50):
            loss = nn.functional.mse_loss(net(x[rows]), y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return loss.item()


@torch.no_grad()
def error(net, x, y):
    net.eval()
    parts = [nn.functional.mse_loss(net(a), b) * len(a) for a, b in zip(x.split(50), y.split(50), strict=True)]
    return (sum(parts) / len(x)).item()


torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(700, 10)
y = x[:, 0] * 2 - x[:, 1] + 0.5 * x[:, 2].relu()
net = Net()
optimizer = torch.optim.Adam(net.parameters(), lr=5e-3)
print("float", train(net, optimizer, x[:500], y[:500], 8))
switch(net, observing=True)
print("while calibrated", error(net, x[500:600], y[500:600]))
switch(net, observing=False, rounding=True)
print("rounded", train(net, optimizer, x[:500], y[:500], 4), error(net, x[600:], y[600:]))
