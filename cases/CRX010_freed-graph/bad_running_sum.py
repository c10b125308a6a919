"""A regression that reports the sum of its losses."""

import torch

torch.manual_seed(0)
inputs = torch.randn(256, 4)
wanted = inputs.prod(dim=1, keepdim=True)
model = torch.nn.Sequential(torch.nn.Linear(4, 32), torch.nn.ReLU(), torch.nn.Linear(32, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)


def epoch_of(batches):
    total = 0.0
    for x, y in batches:
        optimizer.zero_grad()
        total = total + torch.nn.functional.l1_loss(model(x), y)
        total.backward()  # expect: CRX010
        optimizer.step()
    return total


for number in range(4):
    print(number, epoch_of(zip(inputs.split(32), wanted.split(32))))
