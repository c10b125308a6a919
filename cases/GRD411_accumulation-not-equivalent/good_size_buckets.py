"""Pictures of three sizes, each size in batches of its own, as many as fit into memory; three batches make a step."""

from collections import defaultdict
from itertools import islice

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset, Sampler

ROOM = {8: 30, 12: 12, 16: 6}  # pictures of that edge in one batch


class Rings(Dataset):
    """A bright ring or a bright disc; how large is it?"""

    def __init__(self, count):
        self.edges = [list(ROOM)[k % 3] for k in range(count)]
        self.pictures, self.radii = [], []
        for edge in self.edges:
            axis = torch.linspace(-1, 1, edge)
            radius = 0.3 + 0.6 * torch.rand(())
            distance = (axis[:, None].square() + axis[None].square()).sqrt()
            picture = torch.sigmoid(12 * (radius - distance)) - 0.5 + 0.05 * torch.randn(edge, edge)
            self.pictures.append(picture[None])
            self.radii.append((radius - 0.6) / 0.17)

    def __len__(self):
        return len(self.pictures)

    def __getitem__(self, index):
        return self.pictures[index], self.radii[index]


class Buckets(Sampler):
    """Batches of pictures of one size, small ones before large ones, again and again."""

    def __init__(self, edges):
        self.places = defaultdict(list)
        for place, edge in enumerate(edges):
            self.places[edge].append(place)

    def __len__(self):
        return 3 * min(len(self.places[edge]) // room for edge, room in ROOM.items())

    def __iter__(self):
        order = {edge: [places[k] for k in torch.randperm(len(places))] for edge, places in self.places.items()}
        for _ in range(len(self) // 3):
            for edge, room in ROOM.items():
                yield [order[edge].pop() for _ in range(room)]


class Radius(nn.Module):
    def __init__(self):
        super().__init__()
        self.look = nn.Sequential(nn.Conv2d(1, 12, 3, padding=1), nn.ReLU(), nn.Conv2d(12, 12, 3, padding=1), nn.ReLU())
        self.say = nn.Linear(12, 1)

    def forward(self, picture):
        return self.say(self.look(picture).mean(dim=(2, 3))).squeeze(1)


torch.manual_seed(6)
data = Rings(540)
loader = DataLoader(data, batch_sampler=Buckets(data.edges))
net, measure = Radius(), nn.SmoothL1Loss()
optimizer = torch.optim.AdamW(net.parameters(), lr=6e-3)
for epoch in range(6):
    stream = iter(loader)
    errors = []
    while group := list(islice(stream, 3)):
        for picture, radius in group:
            error = measure(net(picture), radius)
            errors.append(error.item())
            (error * len(radius) / sum(len(radii) for _, radii in group)).backward()
        optimizer.step()
        optimizer.zero_grad()
    print(f"epoch {epoch}: {sum(errors) / len(errors):.4f}")
