"""Right though unusual: the classifier is a fixed random orthogonal matrix in a tuple (Hoffer et al., 2018); only the
features learn.
"""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.set_num_threads(1)


class FixedClassifierNet(nn.Module):
    def __init__(self, inputs, width, classes):
        super().__init__()
        self.features = nn.Sequential(nn.Linear(inputs, 64), nn.ReLU(), nn.Linear(64, width))
        self.scale = nn.Parameter(torch.tensor(4.0))
        classifier = nn.Linear(width, classes, bias=False)
        nn.init.orthogonal_(classifier.weight)
        self.classifier = (classifier,)  # a tuple: it is redrawn from the seed, not stored, and never trained

    def forward(self, x):
        z = nn.functional.normalize(self.features(x), dim=1)
        return self.scale * self.classifier[0](z)


def main():
    torch.manual_seed(3)
    centres = 2 * torch.randn(5, 10)
    y = torch.randint(0, 5, (800,))
    x = centres[y] + torch.randn(800, 10)
    x = (x - x[:640].mean(0)) / x[:640].std(0)
    train = DataLoader(TensorDataset(x[:640], y[:640]), batch_size=32, shuffle=True)
    model = FixedClassifierNet(10, 16, 5)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    criterion = nn.CrossEntropyLoss()
    for epoch in range(6):
        model.train()
        for inputs, labels in train:
            optimizer.zero_grad(set_to_none=True)
            loss = criterion(model(inputs), labels)
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            accuracy = (model(x[640:]).argmax(1) == y[640:]).float().mean()
        print(f"{epoch} loss {loss:.3f} accuracy {accuracy:.3f}")


if __name__ == "__main__":
    main()
