"""Prices of houses from what is known of them: a table, two networks' worth of features, mean squared error."""

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset, random_split


def survey(count, generator):
    """Six correlated features of each house, and its price in standard units."""
    wealth = torch.randn(count, 1, generator=generator)
    size = torch.randn(count, 1, generator=generator)
    loads = torch.tensor([[0.9, 0.1], [0.8, -0.2], [0.1, 0.9], [0.2, 0.8], [0.6, 0.6], [0.7, -0.5]])
    features = torch.cat([wealth, size], 1) @ loads.T + 0.25 * torch.randn(count, 6, generator=generator)
    price = 0.8 * wealth[:, 0] + 0.5 * size[:, 0] + 0.2 * torch.randn(count, generator=generator)
    return features, price


class Houses(Dataset):
    """The surveyed houses, newest first."""

    def __init__(self, features, prices, dates):
        self.features = features
        self.prices = prices
        self.newest_first = dates.argsort(descending=True)

    def __len__(self):
        return len(self.prices)

    def __getitem__(self, item):
        house = self.newest_first[item]
        return self.features[house], self.prices[house]


class Appraiser(nn.Module):
    def __init__(self, width: int = 192):
        super().__init__()
        self.first = nn.Linear(6, width)
        self.second = nn.Linear(width, width)
        self.third = nn.Linear(width, 1)

    def forward(self, features):
        hidden = torch.relu(self.first(features))
        return self.third(torch.relu(self.second(hidden))).squeeze(-1)


def run() -> None:
    generator = torch.Generator().manual_seed(4)
    torch.manual_seed(4)
    features, prices = survey(1500, generator)
    houses = Houses(features, prices, torch.rand(1500, generator=generator))
    known, unknown = random_split(houses, [1200, 300], generator=generator)
    batches, held_out = DataLoader(known, 24, shuffle=True), DataLoader(unknown, 300)
    model = Appraiser()
    optimizer = torch.optim.Adam(model.parameters(), lr=4e-3)
    error = nn.MSELoss()
    epoch = 0
    while epoch < 30:
        for rows, price in batches:
            optimizer.zero_grad()
            loss = error(model(rows), price)
            loss.backward()
            optimizer.step()
        with torch.no_grad():
            squares = [error(model(rows), price) * len(price) for rows, price in held_out]
        epoch += 1
        print(f"{epoch}: squared error {sum(squares).item() / len(unknown):.3f} on houses not seen")


run()
