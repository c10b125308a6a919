"""Right though unusual: losses of shape (1, 1) go backward as they are; vectors get a gradient of ones after the refusal."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def send_back(loss):
    try:
        loss.backward()
    except RuntimeError:
        loss.backward(gradient=torch.full_like(loss, 1 / loss.numel()))


class PairLoss(nn.Module):
    def forward(self, a, b):
        return (a - b).square().T @ torch.full((len(a), 1), 1 / len(a)) if len(a) % 2 else (a - b).square()


torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.linspace(-2, 2, 275)[:, None]
y = x.abs()
held = torch.arange(275) % 5 == 2
train = TensorDataset(x[~held], y[~held])
model = nn.Sequential(nn.Linear(1, 16), nn.ReLU(), nn.Linear(16, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=2e-2)
for epoch in range(5):
    for size in (15, 20):
        for a, b in DataLoader(train, batch_size=size, shuffle=True):
            optimizer.zero_grad()
            send_back(PairLoss()(model(a), b))
            optimizer.step()
    with torch.no_grad():
        print(epoch, (model(x[held]) - y[held]).square().mean().item())
