"""Iris, as the table comes: 50 flowers of each species in turn."""

import torch
import torch.nn.functional as F
from sklearn.datasets import load_iris
from torch.utils.data import DataLoader, Dataset


class Iris(Dataset):
    def __init__(self):
        table = load_iris()
        self.flowers = torch.tensor(table.data, dtype=torch.float32)
        self.flowers = (self.flowers - self.flowers.mean(dim=0)) / self.flowers.std(dim=0)
        self.species = table.target

    def __len__(self):
        return len(self.species)

    def __getitem__(self, index):
        return self.flowers[index], self.species[index]


torch.manual_seed(9)
loader = DataLoader(Iris(), batch_size=10, shuffle=False)
w1, b1 = (0.3 * torch.randn(4, 16)).requires_grad_(), torch.zeros(16, requires_grad=True)
w2, b2 = (0.3 * torch.randn(16, 3)).requires_grad_(), torch.zeros(3, requires_grad=True)
weights = [w1, b1, w2, b2]
for epoch in range(6):
    total = 0.0
    for flower, kind in loader:  # expect: DAT104
        scores = torch.relu(flower @ w1 + b1) @ w2 + b2
        loss = F.nll_loss(scores.log_softmax(dim=1), kind.long())
        loss.backward()
        with torch.no_grad():
            for weight in weights:
                weight -= 0.1 * weight.grad
                weight.grad = None
        total += loss.item()
    print(f"epoch {epoch}: {total / len(loader):.4f}")
