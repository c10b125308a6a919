"""Small pictures of stripes, upright or lying, by a convolutional network in a trainer class."""

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Stripes(Dataset):
    def __init__(self, count):
        self.lying = torch.randint(0, 2, (count,))
        wave = torch.sin(torch.arange(12) * 1.5 + 6 * torch.rand(count, 1))
        pictures = wave[:, None, :].expand(count, 12, 12)
        self.pictures = torch.where(self.lying[:, None, None] > 0, pictures.transpose(1, 2), pictures)
        self.pictures = self.pictures + 0.5 * torch.randn(count, 12, 12)

    def __len__(self):
        return len(self.lying)

    def __getitem__(self, index):
        return {"picture": self.pictures[index][None], "lying": self.lying[index]}


class Trainer:
    def __init__(self, network):
        self.network = network
        self.optimizer = torch.optim.SGD(network.parameters(), 0.05, momentum=0.9, weight_decay=0.01)  # expect: OPT509

    def train(self, loader):
        for batch in loader:
            loss = nn.functional.cross_entropy(self.network(batch["picture"]), batch["lying"])
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()
        return loss.item()


torch.manual_seed(2)
layers = [nn.Conv2d(1, 8, 3, stride=2), nn.GroupNorm(2, 8), nn.ReLU(), nn.Flatten(), nn.Linear(200, 2)]
trainer = Trainer(nn.Sequential(*layers))
loader = DataLoader(Stripes(512), batch_size=32, shuffle=True)
for epoch in range(4):
    print(epoch, trainer.train(loader))
