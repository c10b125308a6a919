"""Do two measurements come from the same source? Pairs, with an enumerated validation pass."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Matcher(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(5, 24), nn.ReLU(), nn.Linear(24, 8))
        self.score = nn.Linear(8, 1)

    def forward(self, left, right):
        return self.score((self.encoder(left) - self.encoder(right)).abs()).squeeze(1)


def pairs(count):
    left, same = torch.randn(count, 5), torch.rand(count) < 0.5
    other = torch.randn(count, 5)
    right = torch.where(same[:, None], left + 0.1 * torch.randn(count, 5), other)
    return TensorDataset(left, right, same.float())


torch.manual_seed(0)
model = Matcher()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
loss_fn = nn.BCEWithLogitsLoss()
train_loader = DataLoader(pairs(400), batch_size=40, shuffle=True)
valid_loader = DataLoader(pairs(120), batch_size=40)
for epoch in range(4):
    model.train()
    for left, right, same in train_loader:
        optimizer.zero_grad()
        loss_fn(model(left, right), same).backward()
        optimizer.step()
    model.eval()
    total = 0.0
    for number, (left, right, same) in enumerate(valid_loader):
        answer = model(left, right)  # expect: EVA703
        total += (loss_fn(answer, same).item() - total) / (number + 1)
    print(epoch, total)
