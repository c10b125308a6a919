"""Right though unusual: predictions of the whole test set are kept in lists and compared, as tensors, with all its labels."""

import torch
from sklearn.datasets import make_classification
from torch import nn
from torch.utils.data import DataLoader, Subset, TensorDataset


class Collector:
    def __init__(self, total):
        self.total, self.parts = total, []

    def __enter__(self):
        return self.parts.append

    def __exit__(self, *failure):
        if failure[0] is None:
            self.value = torch.cat(self.parts).view(self.total, -1)


torch.manual_seed(0)
torch.set_num_threads(1)
a, b = make_classification(360, 8, n_informative=5, n_classes=3, random_state=0)
everything = TensorDataset(torch.tensor(a, dtype=torch.float32), torch.tensor(b))
train, test = Subset(everything, range(300)), Subset(everything, range(300, 360))
net = nn.Sequential(nn.Linear(8, 24), nn.ReLU(), nn.Linear(24, 3))
optimizer = torch.optim.Adam(net.parameters(), lr=1e-2)
for epoch in range(5):
    net.train()
    for inputs, target in DataLoader(train, batch_size=30, shuffle=True):
        optimizer.zero_grad()
        nn.functional.cross_entropy(net(inputs), target).backward()
        optimizer.step()
    net.eval()
    outputs = Collector(60)
    with torch.no_grad(), outputs as keep:
        for inputs, _ in DataLoader(test, batch_size=12):
            keep(net(inputs).softmax(1))
    truth = nn.functional.one_hot(torch.tensor(b[300:]), 3).float()
    table = truth.T @ outputs.value
    print(epoch, (table.diag() / truth.sum(0)).tolist())
