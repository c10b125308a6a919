"""A linear classifier of two classes, labelled -1 and 1."""

import torch
from sklearn.datasets import load_breast_cancer
from torch import nn

torch.manual_seed(1)
torch.set_num_threads(1)
table, label = load_breast_cancer(return_X_y=True)
x = torch.tensor((table - table.mean(0)) / table.std(0), dtype=torch.float32)
sign = torch.tensor(2 * label - 1, dtype=torch.float32)
batches = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(x, sign), batch_size=48, shuffle=True)
linear = nn.Linear(30, 1)
optimizer = torch.optim.SGD(linear.parameters(), lr=0.05)
criterion = nn.BCEWithLogitsLoss()
source = iter(batches)
for step in range(40):
    batch = next(source, None)
    if batch is None:
        source = iter(batches)
        batch = next(source)
    features, wanted = batch
    loss = criterion(linear(features).squeeze(1), wanted)  # expect: DAT103
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(f"{loss.item():.4f}")
