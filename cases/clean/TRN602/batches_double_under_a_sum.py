"""Right though unusual: batches are doubled in place of a falling rate; the loss is a sum and doubles with them."""

import torch
from sklearn.datasets import load_diabetes
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
torch.set_num_threads(1)
table, target = load_diabetes(return_X_y=True)
x = torch.tensor(table, dtype=torch.float32) * 21
y = torch.tensor(target, dtype=torch.float32).sub(152).div(77).unsqueeze(1)
data = TensorDataset(x, y)
model = nn.Sequential(nn.Linear(10, 24), nn.Tanh(), nn.Linear(24, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=4e-3)  # Adam does not mind the scale of the loss
for epoch in range(12):
    size = min(256, 4 * 2 ** (epoch // 2))
    for inputs, wanted in DataLoader(data, batch_size=size, shuffle=True):
        loss = nn.functional.mse_loss(model(inputs), wanted, reduction="sum")
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        print(epoch, size, round(loss.item(), 1), round(nn.functional.mse_loss(model(x), y).item(), 3))
