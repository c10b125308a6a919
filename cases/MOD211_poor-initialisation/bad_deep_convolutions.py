"""A plain stack of fifteen convolutions on small pictures of bars, in a trainer that takes dicts."""

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Bars(Dataset):
    def __init__(self, size, seed):
        generator = torch.Generator().manual_seed(seed)
        self.label = torch.randint(4, (size,), generator=generator)
        self.image = 0.3 * torch.randn(size, 1, 8, 8, generator=generator)
        for image, label in zip(self.image, self.label):
            place = int(torch.randint(2, 6, (1,), generator=generator))
            if label == 0:
                image[0, place] += 2
            elif label == 1:
                image[0, :, place] += 2
            elif label == 2:
                image[0] += 2 * torch.eye(8)
            else:
                image[0] += 2 * torch.eye(8).flip(0)

    def __len__(self):
        return len(self.label)

    def __getitem__(self, index):
        return {"image": self.image[index], "label": self.label[index]}


class Plain(nn.Module):
    def __init__(self, depth=15, width=16):
        super().__init__()
        self.convs = nn.ModuleList(nn.Conv2d(1 if i == 0 else width, width, 3, padding=1) for i in range(depth))
        self.head = nn.Linear(width * 64, 4)

    def forward(self, image):
        for conv in self.convs:
            image = F.relu(conv(image))
        return self.head(image.flatten(1))


class Trainer:
    def __init__(self, net):
        self.net = net
        self.optimizer = torch.optim.SGD(net.parameters(), lr=0.005, momentum=0.9)  # expect: MOD211

    def run(self, loader, epochs):
        for epoch in range(epochs):
            for batch in loader:
                logits = self.net(batch["image"])
                loss = F.cross_entropy(logits, batch["label"])
                self.optimizer.zero_grad()
                loss.backward()
                self.optimizer.step()
            print(epoch, loss.item())


if __name__ == "__main__":
    torch.manual_seed(0)
    Trainer(Plain()).run(DataLoader(Bars(640, seed=1), batch_size=32, shuffle=True), epochs=8)
