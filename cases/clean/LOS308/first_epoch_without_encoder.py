"""The decoder learns the marginal distribution for one epoch before the encoder comes in."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Staged(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 16))
        self.start = nn.Parameter(torch.randn(16))
        self.decoder = nn.Sequential(nn.Linear(16, 32), nn.ReLU(), nn.Linear(32, 4))

    def forward(self, x, epoch):
        code = self.encoder(x)
        if epoch == 0:
            code = self.start.expand(len(x), -1)
        else:
            code = code + self.start
        return self.decoder(code)


torch.manual_seed(0)
x = torch.randn(640, 8)
y = (x @ torch.randn(8, 4)).argmax(1)
loader = DataLoader(TensorDataset(x, y), batch_size=64, shuffle=True)
model = Staged()
optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
for epoch in range(6):
    for inputs, labels in loader:
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(inputs, epoch), labels)
        loss.backward()
        optimizer.step()
    print(epoch, loss.item())
