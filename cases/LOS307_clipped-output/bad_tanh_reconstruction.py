"""Autoencoder of wine measurements, standardised, with a decoder that ends like those for pictures."""

import torch
from sklearn.datasets import load_wine
from torch import nn
from torch.utils.data import DataLoader


class Autoencoder(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(width, 16), nn.ELU(), nn.Linear(16, 4))
        self.decoder = nn.Sequential(nn.Linear(4, 16), nn.ELU(), nn.Linear(16, width))

    def forward(self, x):
        code = self.encoder(x)
        return code, torch.tanh(self.decoder(code))  # expect: LOS307


def standardised():
    values = torch.tensor(load_wine().data, dtype=torch.float32)
    return (values - values.mean(0)) / values.std(0)


def main():
    torch.manual_seed(2)
    loader = DataLoader(1.5 * standardised(), batch_size=16, shuffle=True)
    model = Autoencoder(13)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    for epoch in range(5):
        for x in loader:
            code, again = model(x)
            loss = nn.functional.mse_loss(again, x) + 1e-3 * code.square().mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        print(epoch, loss.item())


main()
