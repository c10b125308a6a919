"""Right though unusual: MC dropout in one pass.

Each sample is repeated 20 times in the batch, the answers are averaged.
"""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.rand(500, 1) * 6 - 3
y = torch.sin(x) + 0.1 * torch.randn(500, 1)
net = nn.Sequential(
    nn.Linear(1, 64), nn.ReLU(), nn.Dropout(0.1), nn.Linear(64, 64), nn.ReLU(), nn.Dropout(0.1), nn.Linear(64, 1)
)
opt = torch.optim.Adam(net.parameters(), lr=5e-3)
loader = DataLoader(TensorDataset(x[:400], y[:400]), batch_size=40, shuffle=True)
test = DataLoader(TensorDataset(x[400:], y[400:]), batch_size=50)


def bayesian_error(passes=20):
    """Root mean squared error and spread of the predictive mean; dropout stays on, that is the method."""
    net.train()
    squared, spread = 0.0, 0.0
    with torch.inference_mode():
        for inputs, wanted in test:
            answers = net(inputs.repeat(passes, 1)).view(passes, len(inputs), 1)
            squared += (answers.mean(0) - wanted).pow(2).sum().item()
            spread += answers.std(0).sum().item()
    return (squared / 100) ** 0.5, spread / 100


for epoch in range(20):
    for inputs, wanted in loader:
        loss = nn.functional.mse_loss(net(inputs), wanted)
        opt.zero_grad()
        loss.backward()
        opt.step()
    print(epoch, *bayesian_error())
