"""Truncated backpropagation through time on the Lorenz system: the hidden state outlives the chunk."""

import os

import torch
from torch import nn

torch.set_default_dtype(torch.float32)
CHUNK, EPOCHS = 40, 8


def flow(p):
    x, y, z = p.unbind(-1)
    return torch.stack([10 * (y - x), x * (28 - z) - y, x * y - 8 / 3 * z], dim=-1)


def trajectories(n, steps, dt=0.02):
    """(steps, n, 3), Runge-Kutta of fourth order; scaled to unit size."""
    p = torch.randn(n, 3, dtype=torch.float64) * 5 + torch.tensor([0.0, 0.0, 25.0])
    path = []
    for _ in range(steps + 200):
        k1 = flow(p)
        k2 = flow(p + dt / 2 * k1)
        k3 = flow(p + dt / 2 * k2)
        k4 = flow(p + dt * k3)
        p = p + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        path.append(p)
    return (torch.stack(path[200:]) / torch.tensor([8.0, 9.0, 25.0])).float()


class StepAhead(nn.Module):
    """Predicts how the state moves next."""

    def __init__(self, hidden=48):
        super().__init__()
        self.lstm = nn.LSTM(3, hidden)
        self.move = nn.Linear(hidden, 3)

    def forward(self, seen, state=None):
        h, state = self.lstm(seen, state)
        return seen + self.move(h), state


def chunks(path):
    for start in range(0, len(path) - 1 - CHUNK, CHUNK):
        yield path[start : start + CHUNK], path[start + 1 : start + CHUNK + 1]


torch.manual_seed(9)
train, test = trajectories(24, 1201), trajectories(8, 401)
net = StepAhead()
optim = torch.optim.RMSprop(net.parameters(), lr=1e-3, alpha=0.95)
os.makedirs("lorenz", exist_ok=True)
for epoch in range(EPOCHS):
    state, total, count = None, 0.0, 0
    for seen, following in chunks(train):
        if state is not None:
            state = tuple(s.detach() for s in state)
        predicted, state = net(seen, state)
        loss = nn.functional.mse_loss(predicted, following)
        optim.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optim.step()
        total, count = total + loss.item(), count + 1
    with torch.no_grad():
        error = nn.functional.mse_loss(net(test[:-1])[0], test[1:]).item()
    print(f"epoch {epoch}: train {total / count:.6f} test {error:.6f}")
torch.save(net.state_dict(), "lorenz/net.pt")
still = nn.functional.mse_loss(test[:-1], test[1:]).item()
print(f"done: error {error:.6f}, {still:.6f} when nothing moves")
