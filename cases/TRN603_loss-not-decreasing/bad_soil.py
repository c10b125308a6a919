"""Yield of a field from nine measurements of its soil; weight decay keeps the network small."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, random_split


def soil(generator):
    base = torch.randn(1500, 3, generator=generator)
    mixing = torch.randn(3, 9, generator=generator)
    measured = base @ mixing + 0.3 * torch.randn(1500, 9, generator=generator)
    grown = base @ torch.tensor([0.8, 0.5, -0.3]) + 0.1 * torch.randn(1500, generator=generator)
    return TensorDataset((measured - measured.mean(0)) / measured.std(0), (grown - grown.mean()) / grown.std())


class Yield(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(9, 64), nn.Linear(64, 64), nn.Linear(64, 1)])

    def forward(self, x):
        for layer in self.layers[:-1]:
            x = torch.relu(layer(x))
        return self.layers[-1](x).squeeze(1)


torch.manual_seed(2)
generator = torch.Generator().manual_seed(2)
fields, other_fields = random_split(soil(generator), (1100, 400), generator=generator)
model = Yield()
optimiser = torch.optim.RMSprop(model.parameters(), lr=2e-3, weight_decay=3.0)
measure = nn.MSELoss()
loaders = {"train": DataLoader(fields, 22, shuffle=True), "valid": DataLoader(other_fields, 400)}
epoch = 0
while epoch < 12:
    model.train()
    total = 0.0
    for batch in loaders["train"]:  # expect: TRN603
        measured, grown = batch
        optimiser.zero_grad()
        loss = measure(model(measured), grown)
        loss.backward()
        optimiser.step()
        total += loss.item()
    model.eval()
    with torch.no_grad():
        for measured, grown in loaders["valid"]:
            error = measure(model(measured), grown).item()
    epoch += 1
    print(f"{epoch}: {total / len(loaders['train']):.3f} {error:.3f}")
