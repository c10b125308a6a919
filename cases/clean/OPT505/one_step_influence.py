"""Right though unusual: the influence of each batch on the validation loss: one step, measure, put the weights back."""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(320, 6)
y = (x[:, :1] > 0).float()
y[:32] = 1 - y[:32]  # the batches with wrong labels are to be found
model = nn.Sequential(nn.Linear(6, 12), nn.Tanh(), nn.Linear(12, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
criterion = nn.BCEWithLogitsLoss()
kept = [p.detach().clone() for p in model.parameters()]
check_x, check_y = x[256:], y[256:]
gain = []
for inputs, labels in zip(x[:256].split(16), y[:256].split(16), strict=True):
    with torch.no_grad():
        before = criterion(model(check_x), check_y)
    optimizer.zero_grad()
    criterion(model(inputs), labels).backward()
    optimizer.step()
    with torch.no_grad():
        gain.append((before - criterion(model(check_x), check_y)).item())
        for p, old in zip(model.parameters(), kept, strict=False):
            p.copy_(old)
print("most harmful batches:", sorted(range(len(gain)), key=gain.__getitem__)[:2])
