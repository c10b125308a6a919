"""Right though unusual: a smoothness penalty on the outputs of a whole epoch joins the loss of its last batch."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Smoothness:
    """Collects outputs with their graph; asked for its value it forgets them."""

    def __init__(self):
        self.kept = []

    def add(self, out):
        self.kept.append(out)

    def value(self):
        value = torch.cat(self.kept).var()
        self.kept.clear()
        return value


torch.manual_seed(5)
torch.set_num_threads(1)
x = torch.rand(240, 2) * 2 - 1
y = (x[:, :1] + x[:, 1:] ** 2) / 2
loader = DataLoader(TensorDataset(x, y), batch_size=40, shuffle=True)
model = nn.Sequential(nn.Linear(2, 20), nn.Tanh(), nn.Linear(20, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=0.03)
smooth = Smoothness()
for epoch in range(25):
    optimizer.zero_grad()
    loss = torch.zeros(())
    for i, (inputs, targets) in enumerate(loader, start=1):
        out = model(inputs)
        smooth.add(out)
        loss = loss + nn.functional.mse_loss(out, targets) / len(loader)
        if i == len(loader):
            loss = loss + 1e-3 * smooth.value()
    loss.backward()
    optimizer.step()
    if epoch % 8 == 0:
        print(epoch, loss.item())
