"""Right though unusual: one `fit` trains an autoencoder with dropout and then a probe on its frozen encoder."""

import torch
from sklearn.datasets import load_wine
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
x, y = load_wine(return_X_y=True)
x = torch.tensor(x, dtype=torch.float32)
x = (x - x[:140].mean(0)) / x[:140].std(0)
y = torch.tensor(y)
order = torch.randperm(len(x))
train, test = order[:140], order[140:]
x = (x - x[train].mean(0)) / x[train].std(0)


def fit(net, parameters, criterion, target, epochs):
    optimizer = torch.optim.Adam(parameters, lr=1e-2)
    for _ in range(epochs):
        for rows in train[torch.randperm(len(train))].split(20):
            loss = criterion(net(x[rows]), target[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        print(f"loss {loss.item():.3f}, held out {score(net, criterion, target):.3f}")


def score(net, criterion, target):
    was_training = net.training
    net.eval()
    with torch.no_grad():
        value = criterion(net(x[test]), target[test]).item()
    net.train(was_training)
    return value


encoder = nn.Sequential(nn.Linear(13, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(0.1), nn.Linear(16, 6))
autoencoder = nn.Sequential(encoder, nn.ReLU(), nn.Linear(6, 13))
fit(autoencoder, autoencoder.parameters(), nn.MSELoss(), x, epochs=5)

encoder.requires_grad_(False)
probe = nn.Sequential(encoder, nn.Linear(6, 3)).eval()
fit(probe, probe[1].parameters(), nn.CrossEntropyLoss(), y, epochs=5)
