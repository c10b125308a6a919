"""Right though unusual: devices are tried in order of wish, by a product on each; the first that answers is trained on."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def usable(names):
    for name in names:
        try:
            eye = torch.eye(2, device=name)
            (eye @ torch.ones(2, 2)).sum().item()
        except (RuntimeError, AssertionError, NotImplementedError) as error:
            print(name, "is out:", type(error).__name__)
        else:
            yield torch.device(name)


device = next(usable(["xpu", "meta", "cpu"]))
torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(280, 3, device=device)
y = x @ torch.tensor([[1.0], [-2.0], [0.5]], device=device)
train, test = TensorDataset(x[:240], y[:240]), TensorDataset(x[240:], y[240:])
model = nn.Linear(3, 1, device=device)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for epoch in range(4):
    for inputs, target in DataLoader(train, batch_size=30, shuffle=True):
        loss = nn.functional.mse_loss(model(inputs.to(device)), target.to(device))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        print(epoch, sum(nn.functional.mse_loss(model(a), b).item() for a, b in DataLoader(test, batch_size=20)) / 2)
