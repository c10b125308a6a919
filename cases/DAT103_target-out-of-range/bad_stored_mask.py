"""Bright blobs cut out of noise; the masks are kept as 8-bit images."""

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Blobs(Dataset):
    def __init__(self, count, seed):
        generator = torch.Generator().manual_seed(seed)
        rows, columns = torch.meshgrid(torch.arange(16.0), torch.arange(16.0), indexing="ij")
        centres = 4 + 8 * torch.rand(count, 2, 1, 1, generator=generator)
        inside = (rows - centres[:, 0]) ** 2 + (columns - centres[:, 1]) ** 2 < 9
        self.masks = inside.to(torch.uint8) * 255
        self.images = inside.float() + 0.5 * torch.randn(count, 16, 16, generator=generator)

    def __len__(self):
        return len(self.images)

    def __getitem__(self, index):
        return {"image": self.images[index, None], "mask": self.masks[index, None].float()}


class Trainer:
    def __init__(self, net, loader):
        self.net, self.loader = net, loader
        self.optimizer = torch.optim.SGD(net.parameters(), lr=0.05)
        self.loss = nn.BCEWithLogitsLoss()

    def epoch(self):
        self.net.train()
        for batch in self.loader:
            self.optimizer.zero_grad(set_to_none=True)
            loss = self.loss(self.net(batch["image"]), batch["mask"])  # expect: DAT103
            loss.backward()
            self.optimizer.step()
        return loss.item()


torch.manual_seed(2)
net = nn.Sequential(nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 1, 3, padding=1))
trainer = Trainer(net, DataLoader(Blobs(160, 0), batch_size=16, shuffle=True))
for number in range(4):
    print(number, trainer.epoch())
