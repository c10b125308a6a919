"""Two moons told apart by a small network with a Swish of its own, which keeps only its input for the backward."""

import torch
from sklearn.datasets import make_moons
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class SwishFunction(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * torch.sigmoid(x)

    @staticmethod
    def backward(ctx, grad_output):  # expect: GRD412
        (x,) = ctx.saved_tensors
        gate = torch.sigmoid(x)
        return grad_output * (gate + gate * (1 - gate))


class Swish(nn.Module):
    def forward(self, x):
        return SwishFunction.apply(x)


def main():
    torch.manual_seed(0)
    points, labels = make_moons(600, noise=0.2, random_state=0)
    points, labels = torch.tensor(points, dtype=torch.float32), torch.tensor(labels)
    train = DataLoader(TensorDataset(points[:480], labels[:480]), batch_size=32, shuffle=True)
    model = nn.Sequential(nn.Linear(2, 32), Swish(), nn.Linear(32, 32), Swish(), nn.Linear(32, 2))
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    criterion = nn.CrossEntropyLoss()
    for epoch in range(20):
        model.train()
        for x, y in train:
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            accuracy = (model(points[480:]).argmax(1) == labels[480:]).float().mean()
        print(f"epoch {epoch}: loss {loss.item():.3f}, accuracy {accuracy:.3f}")


main()
