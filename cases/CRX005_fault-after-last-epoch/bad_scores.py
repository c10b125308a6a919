"""Sevens against ones in small images, with a report of scikit-learn on unseen images at the end."""

import torch
from sklearn.datasets import load_digits
from sklearn.metrics import classification_report
from torch import nn
from torch.utils.data import DataLoader, Dataset, Subset


class OnesAndSevens(Dataset):
    def __init__(self):
        data = load_digits()
        wanted = (data.target == 1) | (data.target == 7)
        self.images = torch.tensor(data.images[wanted] / 16, dtype=torch.float32).unsqueeze(1)
        self.seven = torch.tensor(data.target[wanted] == 7, dtype=torch.float32)

    def __len__(self):
        return len(self.seven)

    def __getitem__(self, index):
        return self.images[index], self.seven[index]


def build():
    return nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(144, 1), nn.Flatten(0))


def run_epoch(model, loader, optimizer, loss_of):
    model.train()
    total = 0.0
    for number, (images, seven) in enumerate(loader, start=1):
        loss = loss_of(model(images), seven)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        total += (loss.item() - total) / number
    return total


@torch.no_grad()
def report(model, images, seven):
    model.eval()
    found = (model(images) > 0).long()
    names = ["one", "seven", "other"]
    return classification_report(seven.long().tolist(), found.tolist(), target_names=names)  # expect: CRX005


def main(epochs=5):
    torch.manual_seed(6)
    data = OnesAndSevens()
    order = torch.randperm(len(data)).tolist()
    loader = DataLoader(Subset(data, order[:280]), batch_size=20, shuffle=True)
    model = build()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, nesterov=True)
    for epoch in range(epochs):
        print(epoch, run_epoch(model, loader, optimizer, nn.functional.binary_cross_entropy_with_logits))
    print(report(model, *data[order[280:]]))


main()
