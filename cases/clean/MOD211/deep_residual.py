"""Twenty residual blocks without normalisation, trained with small steps."""

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
images, labels = load_digits(return_X_y=True)
x = torch.tensor((images - 5) / 6, dtype=torch.float32)
loader = DataLoader(TensorDataset(x, torch.tensor(labels)), batch_size=64, shuffle=True)


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.inner = nn.Linear(width, width)
        self.outer = nn.Linear(width, width)

    def forward(self, value):
        return value + 0.2 * self.outer(torch.relu(self.inner(value)))


model = nn.Sequential(nn.Linear(64, 64), *[Block(64) for _ in range(20)], nn.Linear(64, 10))
optimizer = torch.optim.SGD(model.parameters(), lr=0.002)
for epoch in range(30):
    for inputs, targets in loader:
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(inputs), targets)
        loss.backward()
        optimizer.step()
    print(epoch, loss.item())
