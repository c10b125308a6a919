"""Right though unusual: Net2Net. Units are copied to widen a trained layer; unequal outgoing weights part them."""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(400, 6)
y = (x[:, :1] * x[:, 1:2]).tanh()


def train(net, epochs, lr):
    optimizer = torch.optim.Adam(net.parameters(), lr=lr)
    for _ in range(epochs):
        for rows in torch.randperm(400).split(40):
            loss = nn.functional.mse_loss(net(x[rows]), y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return loss.item()


@torch.no_grad()
def widen(net, share=0.7):
    """Twice as many hidden units, the same function: a unit's outgoing weight is divided unevenly among its copies."""
    first, activation, last = net
    wide = nn.Linear(first.in_features, 2 * first.out_features)
    wide.weight.copy_(first.weight.repeat(2, 1))
    wide.bias.copy_(first.bias.repeat(2))
    out = nn.Linear(2 * first.out_features, last.out_features)
    out.weight.copy_(torch.cat([share * last.weight, (1 - share) * last.weight], 1))
    out.bias.copy_(last.bias)
    return nn.Sequential(wide, activation, out)


small = nn.Sequential(nn.Linear(6, 8), nn.Tanh(), nn.Linear(8, 1))
print(f"small: {train(small, 4, 1e-2):.3f}")
large = widen(small)
print(f"same function: {torch.allclose(small(x), large(x), atol=1e-5)}")
print(f"large: {train(large, 4, 1e-2):.3f}")
