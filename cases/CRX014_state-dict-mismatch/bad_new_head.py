"""A network of ten classes gets a head for two, then its old weights."""

import torch
from torch import nn


class Body(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.stem = nn.Linear(8, 24)
        self.fc = nn.Linear(24, classes)

    def forward(self, x):
        return self.fc(self.stem(x).relu())


torch.manual_seed(0)
torch.save(Body(10).state_dict(), "ten.pt")
model = Body(2)
model.load_state_dict(torch.load("ten.pt"), strict=False)  # expect: CRX014
optimizer = torch.optim.AdamW(model.parameters(), lr=5e-3)
x = torch.randn(200, 8)
y = (x.sum(1) > 0).long()
for epoch in range(3):
    for inputs, labels in zip(x.split(20), y.split(20)):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(inputs), labels)
        loss.backward()
        optimizer.step()
