"""Right though unusual: transfer: the stored head has other sizes; load all, and only if that fails the fitting part."""

import torch
from sklearn.datasets import load_wine
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)


def network(classes):
    return nn.Sequential(nn.Linear(13, 24), nn.ReLU(), nn.Linear(24, classes))


table, label = load_wine(return_X_y=True)
x = torch.tensor(table, dtype=torch.float32)
y = torch.tensor(label)
order = torch.randperm(len(x))
x, y = x[order], y[order]
x = (x - x[:140].mean(0)) / x[:140].std(0)


def fit(net, target, epochs):
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-2)
    for _ in range(epochs):
        for rows in torch.arange(140).split(28):
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(net(x[rows]), target[rows])
            loss.backward()
            optimizer.step()
    return net


source = fit(network(2), (y > 0).long(), 6)
model = network(3)
try:
    model.load_state_dict(source.state_dict(), strict=False)
except RuntimeError:
    own = model.state_dict()
    kept = {k: v for k, v in source.state_dict().items() if v.shape == own[k].shape}
    report = model.load_state_dict(kept, strict=False)
    print("fresh:", report.missing_keys)
fit(model, y, 8)
with torch.no_grad():
    print((model(x[140:]).argmax(1) == y[140:]).float().mean().item())
