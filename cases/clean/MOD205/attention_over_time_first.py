"""Right though unusual: time comes first inside the model, so attention over time is a softmax over axis 0."""

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Reader(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.GRU(2, 12)
        self.score = nn.Linear(12, 1)
        self.head = nn.Linear(12, 2)

    def forward(self, x):
        states, _ = self.rnn(x.transpose(0, 1))
        weights = F.softmax(self.score(states), dim=0)
        return self.head((weights * states).sum(0))


torch.manual_seed(0)
x = torch.randn(320, 32, 2)
y = (x[:, :, 0].amax(1) > x[:, :, 1].amax(1)).long()
model = Reader()
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
for epoch in range(3):
    for inputs, labels in DataLoader(TensorDataset(x, y), batch_size=32, shuffle=True):
        loss = F.cross_entropy(model(inputs), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}: {loss.item():.3f}")
