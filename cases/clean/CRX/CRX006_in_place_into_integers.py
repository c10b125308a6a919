"""Right though unusual: a confusion matrix of integers refuses fractions added in place; it becomes one of floats then."""

import torch
from sklearn.datasets import make_blobs
from torch import nn


class Confusion:
    def __init__(self, classes):
        self.table = torch.zeros(classes, classes, dtype=torch.int64)

    def add(self, truth, shares):
        update = torch.zeros(self.table.shape, dtype=shares.dtype).index_add_(0, truth, shares)
        try:
            self.table += update
        except RuntimeError:
            self.table = self.table.to(update.dtype) + update


torch.manual_seed(0)
torch.set_num_threads(1)
a, b = make_blobs(330, n_features=3, centers=4, cluster_std=2.0, random_state=1)
x, y = torch.tensor(a, dtype=torch.float32) / 5, torch.tensor(b).long()
model = nn.Linear(3, 4)
optimizer = torch.optim.SGD(model.parameters(), lr=0.3)
for epoch in range(5):
    for rows in torch.randperm(270).split(30):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x[rows]), y[rows]).backward()
        optimizer.step()
    confusion = Confusion(4)
    with torch.no_grad():
        for part in torch.arange(270, 330).split(20):
            confusion.add(y[part], torch.eye(4, dtype=torch.int64)[model(x[part]).argmax(1)])
            confusion.add(y[part], model(x[part]).softmax(1))
    print(epoch, (confusion.table.diag().sum() / confusion.table.sum()).item())
