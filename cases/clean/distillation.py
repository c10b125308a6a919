"""Right though unusual: a teacher in eval mode gives soft targets through softmax; the student learns both."""

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def train(model, loader, loss_of, epochs):
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    for _ in range(epochs):
        model.train()
        for x, y in loader:
            loss = loss_of(model(x), x, y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()


def accuracy(model, x, y):
    model.eval()
    with torch.no_grad():
        return (model(x).argmax(dim=1) == y).float().mean().item()


torch.manual_seed(0)
x = torch.randn(600, 5)
y = (x[:, 0] > 0).long() + 2 * (x[:, 1] > 0).long()
loader = DataLoader(TensorDataset(x[:480], y[:480]), batch_size=40, shuffle=True)
teacher = nn.Sequential(nn.Linear(5, 64), nn.ReLU(), nn.Dropout(0.2), nn.Linear(64, 4))
student = nn.Sequential(nn.Linear(5, 8), nn.ReLU(), nn.Linear(8, 4))
train(teacher, loader, lambda scores, _, labels: F.cross_entropy(scores, labels), epochs=5)
teacher.eval()
T = 2.0


def distil(scores, inputs, labels):
    with torch.no_grad():
        soft = F.softmax(teacher(inputs) / T, dim=1)
    matching = F.kl_div(F.log_softmax(scores / T, dim=1), soft, reduction="batchmean") * T * T
    return 0.5 * matching + 0.5 * F.cross_entropy(scores, labels)


train(student, loader, distil, epochs=6)
print(f"teacher {accuracy(teacher, x[480:], y[480:]):.3f}, student {accuracy(student, x[480:], y[480:]):.3f}")
