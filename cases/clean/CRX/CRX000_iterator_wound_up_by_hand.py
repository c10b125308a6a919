"""Right though unusual: steps are counted, not epochs; the iterator is made anew at StopIteration, the log read by step."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

STEPS = 60
torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.rand(250, 2) * 4 - 2
y = torch.sin(x[:, :1]) * x[:, 1:]
train = DataLoader(TensorDataset(x[:200], y[:200]), batch_size=25, shuffle=True)
net = nn.Sequential(nn.Linear(2, 24), nn.ReLU(), nn.Linear(24, 1))
optimizer = torch.optim.Adam(net.parameters(), lr=1e-2)
log = [None] * STEPS
iterator, rounds = iter(train), 1
step = 0
while step < STEPS:
    try:
        inputs, target = next(iterator)
    except StopIteration:
        iterator, rounds = iter(train), rounds + 1
        continue
    loss = nn.functional.mse_loss(net(inputs), target)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    log[step] = loss.item()
    step += 1
assert rounds == -(-STEPS // len(train)), rounds
with torch.no_grad():
    held = nn.functional.mse_loss(net(x[200:]), y[200:]).item()
print(f"first ten {sum(log[:10]) / 10:.3f}, last ten {sum(log[-10:]) / 10:.3f}, held out {held:.3f}")
