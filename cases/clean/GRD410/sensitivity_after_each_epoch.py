"""After each epoch one more backward, only to print how large the gradient of all data is; the next epoch clears it."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
x = torch.randn(320, 8)
y = (x @ torch.randn(8, 3)).argmax(1)
loader = DataLoader(TensorDataset(x, y), batch_size=16, shuffle=True)  # 20 batches
model = nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 3))
optimizer = torch.optim.SGD(model.parameters(), lr=0.2, momentum=0.9)


def goes_backward(inputs, labels, share):
    loss = nn.functional.cross_entropy(model(inputs), labels) * share
    loss.backward()
    return loss.item() / share


for epoch in range(6):
    optimizer.zero_grad()
    for i, (inputs, labels) in enumerate(loader):
        goes_backward(inputs, labels, 1 / 5)
        if (i + 1) % 5 == 0:
            optimizer.step()
            optimizer.zero_grad()
    value = goes_backward(x, y, 1.0)
    norm = sum(parameter.grad.square().sum() for parameter in model.parameters()).sqrt()
    print(f"{epoch}: loss {value:.3f}, gradient {norm:.3f}")
