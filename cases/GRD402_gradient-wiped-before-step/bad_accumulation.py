"""Handwritten digits with a batch of 64, in four parts of 16."""

import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

ACCUMULATE = 4


class DigitNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(64, 48)
        self.out = nn.Linear(48, 10)

    def forward(self, images):
        return self.out(torch.relu(self.hidden(images)))


def loaders():
    data = load_digits()
    parts = train_test_split(data.data / 16.0, data.target, test_size=0.25, random_state=1)
    x_train, x_test, y_train, y_test = parts
    train = TensorDataset(torch.tensor(x_train, dtype=torch.float32), torch.tensor(y_train))
    test = TensorDataset(torch.tensor(x_test, dtype=torch.float32), torch.tensor(y_test))
    return DataLoader(train, batch_size=16, shuffle=True, drop_last=True), DataLoader(test, batch_size=128)


def accuracy(net, loader):
    net.eval()
    with torch.no_grad():
        right = sum((net(x).argmax(1) == y).sum().item() for x, y in loader)
    return right / len(loader.dataset)


def main():
    torch.manual_seed(1)
    train_loader, test_loader = loaders()
    net = DigitNet()
    opt = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
    loss_fn = nn.CrossEntropyLoss()
    for epoch in range(5):
        net.train()
        for i, (images, digits) in enumerate(train_loader):
            opt.zero_grad()  # expect: GRD402
            loss = loss_fn(net(images), digits) / ACCUMULATE
            loss.backward()
            if (i + 1) % ACCUMULATE == 0:
                opt.step()
        print(f"epoch {epoch}: accuracy {accuracy(net, test_loader):.3f}")


if __name__ == "__main__":
    main()
