"""Kinds of wine with one-hot targets, each answered by yes or no."""

import torch
import torch.nn as nn
import torch.nn.functional as F
from sklearn.datasets import load_wine


class Probabilities(nn.Module):
    def __init__(self, inputs, kinds):
        super().__init__()
        self.hidden = nn.Linear(inputs, 32)
        self.out = nn.Linear(32, kinds)

    def forward(self, x):
        return F.softmax(self.out(torch.tanh(self.hidden(x))), dim=-1)  # expect: LOS303


def main():
    torch.manual_seed(5)
    table, kinds = load_wine(return_X_y=True)
    table = torch.tensor(table, dtype=torch.float32)
    table = (table - table.mean(0)) / table.std(0)
    wanted = F.one_hot(torch.tensor(kinds), 3).float()
    order = torch.randperm(len(table))
    train, test = order[:128], order[128:]

    net = Probabilities(table.shape[1], 3)
    criterion = nn.BCEWithLogitsLoss()
    optimizer = torch.optim.Adam(net.parameters(), lr=3e-3)
    step = 0
    while step < 400:
        for rows in train[torch.randperm(len(train))].split(32):
            optimizer.zero_grad()
            loss = criterion(net(table[rows]), wanted[rows])
            loss.backward()
            optimizer.step()
            step += 1
    with torch.no_grad():
        right = (net(table[test]).argmax(1) == wanted[test].argmax(1)).float().mean()
    print(f"{right.item():.1%} right after {step} steps")


if __name__ == "__main__":
    main()
