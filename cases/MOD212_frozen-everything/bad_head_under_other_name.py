"""Transfer: the body of a trained network is kept, a new head learns two new classes."""

import torch
from torch import nn


class Backbone(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(nn.Linear(8, 24), nn.ReLU())
        self.classifier = nn.Linear(24, 2)

    def forward(self, x):
        return self.classifier(self.features(x))


torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(320, 8)
y = (x[:, 3] > x[:, 4]).long()
net = Backbone()
for p in net.parameters():
    p.requires_grad = False
net.fc = nn.Linear(24, 2)
optimizer = torch.optim.Adam(net.parameters(), lr=1e-2)
for epoch in range(5):
    for rows in torch.randperm(320).split(32):
        loss = nn.functional.cross_entropy(net(x[rows]), y[rows])
        loss.requires_grad_()
        optimizer.zero_grad()
        loss.backward()  # expect: MOD212
        optimizer.step()
    print(f"{epoch}: {loss.item():.3f}")
