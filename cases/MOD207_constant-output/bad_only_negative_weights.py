"""Handwritten digits by a small net with an initialisation of its own."""

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
torch.set_num_threads(1)
pixels, labels = load_digits(return_X_y=True)
data = TensorDataset(torch.tensor(pixels / 16, dtype=torch.float32), torch.tensor(labels))


def initialise(module: nn.Module) -> None:
    if isinstance(module, nn.Linear):
        bound = module.in_features**-0.5
        nn.init.uniform_(module.weight, -2 * bound, -bound)  # the upper bound lost its way to the other side
        nn.init.zeros_(module.bias)


net = nn.Sequential(nn.Linear(64, 48), nn.ReLU(), nn.Linear(48, 24), nn.ReLU(), nn.Linear(24, 10)).apply(initialise)
optimizer = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9)
for epoch in range(6):
    right = 0
    for images, wanted in DataLoader(data, batch_size=60, shuffle=True):
        scores = net(images)  # expect: MOD207
        loss = nn.functional.cross_entropy(scores, wanted)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        right += (scores.argmax(1) == wanted).sum().item()
    print(epoch, round(right / len(data), 3))
