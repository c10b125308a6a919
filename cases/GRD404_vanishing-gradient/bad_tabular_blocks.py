"""Benign or malignant? Thirty measurements through a stack of blocks, stopped early."""

from collections import OrderedDict

import torch
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def block(inputs, outputs):
    return nn.Sequential(OrderedDict(linear=nn.Linear(inputs, outputs), activation=nn.Sigmoid()))


def network(features, widths):
    sizes = [features, *widths]
    blocks = [(f"block{number}", block(*pair)) for number, pair in enumerate(zip(sizes, sizes[1:]), start=1)]
    return nn.Sequential(OrderedDict([*blocks, ("score", nn.Linear(widths[-1], 1)), ("flat", nn.Flatten(0))]))


def tables():
    features, benign = load_breast_cancer(return_X_y=True)
    parts = train_test_split(features, benign, test_size=0.2, random_state=1, stratify=benign)
    scaler = StandardScaler().fit(parts[0])
    for inputs, labels in (parts[0::2], parts[1::2]):
        inputs = torch.tensor(scaler.transform(inputs), dtype=torch.float32)
        yield TensorDataset(inputs, torch.tensor(labels, dtype=torch.float32))


torch.manual_seed(29)
train, test = tables()
net = network(30, [48] * 6)
criterion = nn.BCEWithLogitsLoss()
optimizer = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9, nesterov=True)  # expect: GRD404
best, patience, epoch = float("inf"), 5, 0
while patience and epoch < 25:
    for inputs, labels in DataLoader(train, batch_size=35, shuffle=True):
        optimizer.zero_grad()
        criterion(net(inputs), labels).backward()
        optimizer.step()
    with torch.no_grad():
        scores = net(test.tensors[0])
        loss = criterion(scores, test.tensors[1]).item()
        right = ((scores > 0) == test.tensors[1].bool()).float().mean().item()
    patience = 5 if loss < best - 1e-4 else patience - 1
    best = min(best, loss)
    epoch += 1
    print(f"epoch {epoch}: loss {loss:.4f}, accuracy {right:.3f}")
