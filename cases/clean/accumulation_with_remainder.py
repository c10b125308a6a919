"""Right though unusual: gradients of four batches before a step, and the rest of the epoch gets a step of its own."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
x = torch.randn(520, 10)
y = (x @ torch.randn(10, 3)).argmax(dim=1)
loader = DataLoader(TensorDataset(x[:416], y[:416]), batch_size=32, shuffle=True)  # 13 batches: 4 + 4 + 4 + 1
steps = 4
model = nn.Sequential(nn.Linear(10, 32), nn.GELU(), nn.Linear(32, 3))
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)

for epoch in range(8):
    model.train()
    optimizer.zero_grad()
    for i, (inputs, labels) in enumerate(loader):
        window = steps if i < len(loader) // steps * steps else len(loader) % steps
        loss = criterion(model(inputs), labels) / window
        loss.backward()
        if (i + 1) % steps == 0 or i + 1 == len(loader):
            optimizer.step()
            optimizer.zero_grad()
    model.eval()
    with torch.no_grad():
        accuracy = (model(x[416:]).argmax(1) == y[416:]).float().mean()
    print(f"epoch {epoch}: loss {loss.item() * window:.3f}, accuracy {accuracy:.3f}")
