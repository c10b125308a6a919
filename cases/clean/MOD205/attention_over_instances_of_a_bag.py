"""Right: attention-based multiple-instance learning: one bag at a time, softmax over its instances (axis 0)."""

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Bags(Dataset):
    def __init__(self, count, size):
        self.bags = torch.randn(count, size, 8)
        self.labels = torch.arange(count) % 2
        self.bags[self.labels == 1, 0] += 2.0

    def __len__(self):
        return len(self.bags)

    def __getitem__(self, index):
        return self.bags[index], self.labels[index]


class AttentionPool(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Sequential(nn.Linear(8, 16), nn.ReLU())
        self.attend = nn.Sequential(nn.Linear(16, 8), nn.Tanh(), nn.Linear(8, 1))
        self.classify = nn.Linear(16, 2)

    def forward(self, bag):
        instances = self.embed(bag)
        weight = torch.softmax(self.attend(instances), dim=0)
        return self.classify((weight * instances).sum(0))


torch.manual_seed(4)
torch.set_num_threads(1)
loader = DataLoader(Bags(160, 6), batch_size=1, shuffle=True)
model = AttentionPool()
optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
for epoch in range(3):
    correct = 0
    for bag, label in loader:
        scores = model(bag.squeeze(0))
        loss = nn.functional.cross_entropy(scores.unsqueeze(0), label)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        correct += int(scores.argmax() == label)
    print(f"epoch {epoch}: {correct / 160:.2f}")
