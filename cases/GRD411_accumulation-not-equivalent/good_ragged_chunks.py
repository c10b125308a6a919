"""House-price-like regression without a loader; large batches go through the network in pieces of bounded size."""

import torch
from torch import nn

torch.manual_seed(5)
rooms = torch.rand(400, 6)
price = (rooms @ torch.tensor([3.0, -2.0, 1.5, 0.5, -1.0, 2.0]) + 0.3 * torch.sin(6 * rooms[:, 0])).unsqueeze(1)
price = (price - price.mean()) / price.std()

PIECE = 32
network = nn.Sequential(nn.Linear(6, 32), nn.ReLU(), nn.Linear(32, 1))
sgd = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)


def update(x, y):
    """One step on a whole batch."""
    pieces = list(zip(x.split(PIECE), y.split(PIECE)))
    sgd.zero_grad(set_to_none=True)
    total = 0.0
    while pieces:
        inputs, wanted = pieces.pop(0)
        error = nn.functional.mse_loss(network(inputs), wanted)
        scaled = error * len(inputs) / len(x)
        scaled.backward()
        total += scaled.item()
    sgd.step()
    return total


for epoch in range(30):
    shuffled = torch.randperm(400)
    for start in range(0, 400, 100):
        rows = shuffled[start : start + 100]
        last = update(rooms[rows], price[rows])
    if epoch % 5 == 4:
        print(epoch, round(last, 4))
