"""Wine or water from eight readings; the best epoch's weights are kept and tested at the end."""

import copy

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def readings(count):
    wine = torch.rand(count) < 0.5
    values = torch.randn(count, 8) + 4.0 * wine[:, None]
    return TensorDataset(values - 2.0, wine.long())


def accuracy(model, loader):
    model.eval()
    with torch.no_grad():
        right = sum(int((model(values).argmax(1) == label).sum()) for values, label in loader)
    return right / len(loader.dataset)


def main():
    torch.manual_seed(5)
    train = DataLoader(readings(400), batch_size=20, shuffle=True)
    valid = DataLoader(readings(100), batch_size=100)
    test = DataLoader(readings(100), batch_size=100)
    model = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 2))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    best_accuracy, best_state = 0.0, copy.deepcopy(model.state_dict())

    for epoch in range(8):
        model.train()
        for values, label in train:
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(model(values), label)
            loss.backward()
            optimizer.step()
        score = accuracy(model, valid)
        print(f"epoch {epoch}: validation accuracy {score:.3f}")
        if score > best_accuracy:
            best_accuracy = score
            best_state = copy.deepcopy(model.state_dict())

    model.load_state_dict(best_state)
    print(f"test accuracy of the best epoch: {accuracy(model, test):.3f}")


main()
