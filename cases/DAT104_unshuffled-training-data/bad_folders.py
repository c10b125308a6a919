"""Light and dark textures in one folder each; the files are listed folder by folder."""

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Folders(Dataset):
    def __init__(self, per_folder):
        self.files = [(folder, number) for folder in ("dark", "light") for number in range(per_folder)]

    def __len__(self):
        return len(self.files)

    def __getitem__(self, index):
        folder, number = self.files[index]
        generator = torch.Generator().manual_seed(10_000 * (folder == "light") + number)
        texture = 0.4 * torch.randn(1, 8, 8, generator=generator)
        return {"image": texture + (0.3 if folder == "light" else -0.3), "label": float(folder == "light")}


class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.convolution = nn.Conv2d(1, 6, 3)
        self.output = nn.Linear(6, 1)

    def forward(self, image):
        return self.output(F.relu(self.convolution(image)).mean(dim=(2, 3))).squeeze(1)


class Run:
    def __init__(self, epochs):
        torch.manual_seed(5)
        self.epochs = epochs
        self.network = Classifier()
        self.loader = DataLoader(Folders(150), batch_size=20, num_workers=0, drop_last=True)
        self.optimizer = torch.optim.SGD(self.network.parameters(), lr=0.05, momentum=0.9)

    def train(self):
        for epoch in range(self.epochs):
            for step, batch in enumerate(self.loader):  # expect: DAT104
                loss = F.binary_cross_entropy_with_logits(self.network(batch["image"]), batch["label"].float())
                self.optimizer.zero_grad()
                loss.backward()
                self.optimizer.step()
            print(epoch, loss.item())


if __name__ == "__main__":
    Run(epochs=4).train()
