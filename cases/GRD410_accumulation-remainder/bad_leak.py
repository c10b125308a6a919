"""Wine kinds; the gradients of a few micro-batches are summed up, each weighted by its share of the step."""

import torch
import torch.nn.functional as F
from sklearn.datasets import load_wine

torch.manual_seed(2)
table, kind = (torch.as_tensor(part) for part in load_wine(return_X_y=True))
table = ((table - table.mean(0)) / table.std(0)).float()

MICRO, EVERY = 16, 4
net = torch.nn.Sequential(torch.nn.Linear(13, 32), torch.nn.SiLU(), torch.nn.Linear(32, 3))
sgd = torch.optim.SGD(net.parameters(), lr=0.3)


def run_epoch(order):
    correct = 0
    for number, rows in enumerate(order[:176].split(MICRO)):
        logits = net(table[rows])
        F.cross_entropy(logits, kind[rows]).div(EVERY).backward()
        correct += int((logits.argmax(1) == kind[rows]).sum())
        if number % EVERY == EVERY - 1:
            sgd.step()  # expect: GRD410
            sgd.zero_grad()
    return correct / 176


for epoch in range(15):
    share = run_epoch(torch.randperm(len(table)))
    print(f"{epoch:2d} {share:.2%}")
