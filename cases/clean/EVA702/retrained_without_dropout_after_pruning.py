"""Right though unusual: a pruned network is retrained without dropout, for sparseness regularises enough.

Rounds of magnitude pruning; only the dense round is trained with dropout.
"""

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.nn.utils import prune


def train(model, data, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    x, y = data
    for _ in range(epochs):
        for rows in torch.randperm(len(x)).split(60):
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(model(x[rows]), y[rows])
            loss.backward()
            optimizer.step()


@torch.no_grad()
def accuracy(model, data):
    x, y = data
    return sum((model(a).argmax(1) == b).sum().item() for a, b in zip(x.split(100), y.split(100), strict=True)) / len(x)


def main():
    torch.manual_seed(0)
    torch.set_num_threads(1)
    digits = load_digits()
    x, y = torch.tensor(digits.data / 16, dtype=torch.float32), torch.tensor(digits.target)
    training, test = (x[:900], y[:900]), (x[900:1300], y[900:1300])
    model = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Dropout(0.2), nn.Linear(64, 10))
    for stage in range(4):
        dense = stage == 0
        model.train(dense)
        train(model, training, epochs=6 if dense else 2, lr=0.1 if dense else 0.02)
        model.eval()
        before = accuracy(model, test)
        for layer in (model[0], model[3]):
            prune.l1_unstructured(layer, "weight", amount=0.3)
        print(f"stage {stage}: {before:.2f}, after pruning {accuracy(model, test):.2f}")


main()
