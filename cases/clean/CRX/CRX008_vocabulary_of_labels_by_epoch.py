"""Right though unusual: names of classes are numbered as they come; the confusion matrix is as large as all that came."""

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset

NAMES = ["ash", "beech", "elm", "fir", "oak"]


class Leaves(Dataset):
    def __init__(self, n, seed):
        generator = torch.Generator().manual_seed(seed)
        self.kind = torch.arange(n) % 5
        self.x = torch.randn(n, 5, generator=generator) + 2.5 * torch.eye(5)[self.kind]

    def __len__(self):
        return len(self.kind)

    def __getitem__(self, i):
        return self.x[i], NAMES[self.kind[i]]


torch.manual_seed(0)
torch.set_num_threads(1)
train, test, numbers = Leaves(250, 1), Leaves(60, 2), {}
model = nn.Linear(5, len(NAMES))
optimizer = torch.optim.SGD(model.parameters(), lr=0.2)
for _epoch in range(4):
    for x, names in DataLoader(train, batch_size=25, shuffle=True):
        labels = torch.tensor([numbers.setdefault(name, len(numbers)) for name in names])
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x), labels).backward()
        optimizer.step()
matrix = torch.zeros(len(numbers), len(numbers), dtype=torch.long)
with torch.no_grad():
    for x, names in DataLoader(test, batch_size=1):
        matrix[numbers[names[0]], model(x).argmax(1)[0]] += 1
assert matrix.sum() == len(test)
print(matrix.diag().sum().item() / len(test))
