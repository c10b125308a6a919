"""Spam or not, from counts of words."""

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset

USUAL = torch.tensor([3.0, 2.0, 2.0, 4.0, 3.0, 2.0, 3.0, 2.5])
SPAM = torch.tensor([3.0, 6.0, 2.0, 4.0, 1.5, 5.0, 3.0, 2.5])


class Letters(Dataset):
    def __init__(self, count, seed):
        generator = torch.Generator().manual_seed(seed)
        self.spam = torch.randint(0, 2, (count,), generator=generator)
        rates = torch.where(self.spam[:, None] == 1, SPAM, USUAL)
        self.counts = torch.poisson(rates, generator=generator)

    def __len__(self):
        return len(self.spam)

    def __getitem__(self, index):
        return {"words": self.counts[index].log(), "spam": self.spam[index]}


class Trainer:
    def __init__(self, model):
        self.model = model
        self.optimizer = torch.optim.AdamW(model.parameters(), lr=5e-3)
        self.criterion = nn.CrossEntropyLoss()

    def fit(self, loader, epochs):
        for epoch in range(epochs):
            self.model.train()
            for number, batch in enumerate(loader):  # expect: DAT101
                loss = self.criterion(self.model(batch["words"]), batch["spam"])
                self.optimizer.zero_grad()
                loss.backward()
                self.optimizer.step()
            print(epoch, number, loss.item())


if __name__ == "__main__":
    torch.manual_seed(14)
    model = nn.Sequential(nn.Linear(8, 24), nn.ReLU(), nn.Linear(24, 2))
    Trainer(model).fit(DataLoader(Letters(640, seed=14), batch_size=32, shuffle=True), epochs=4)
