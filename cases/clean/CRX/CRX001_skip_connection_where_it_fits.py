"""Right though unusual: a block adds its input if the shapes allow it and does without if not."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class MaybeResidual(nn.Module):
    def __init__(self, wide, out):
        super().__init__()
        self.layer = nn.Linear(wide, out)
        self.added = None

    def forward(self, x):
        z = torch.relu(self.layer(x))
        try:
            z = z + x
            self.added = True
        except RuntimeError:
            self.added = False
        return z


torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(300, 10)
y = (x[:, :5].sum(1) - x[:, 5:].sum(1)).sign().add(1).div(2).long()
train = DataLoader(TensorDataset(x[:240], y[:240]), batch_size=24, shuffle=True)
model = nn.Sequential(MaybeResidual(10, 16), MaybeResidual(16, 16), MaybeResidual(16, 8), nn.Linear(8, 2))
optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
for epoch in range(5):
    model.train()
    for inputs, labels in train:
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(inputs), labels)
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        print(epoch, (model(x[240:]).argmax(1) == y[240:]).float().mean().item())
print([block.added for block in model[:3]])
