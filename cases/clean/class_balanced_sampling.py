"""Right though unusual: a weighted sampler draws the rare class as often as the common one, with replacement."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, WeightedRandomSampler

torch.manual_seed(0)
rare = torch.rand(900) < 0.06
x = torch.randn(900, 5) + 1.5 * rare[:, None]
y = rare.float()
train_x, train_y, test_x, test_y = x[:720], y[:720], x[720:], y[720:]
share = train_y.mean()
sampler = WeightedRandomSampler(torch.where(train_y > 0.5, 1 / share, 1 / (1 - share)), num_samples=720)
loader = DataLoader(TensorDataset(train_x, train_y), batch_size=36, sampler=sampler)
model = nn.Sequential(nn.Linear(5, 16), nn.ReLU(), nn.Linear(16, 1), nn.Flatten(0))
criterion = nn.BCEWithLogitsLoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
for epoch in range(5):
    model.train()
    for inputs, labels in loader:
        optimizer.zero_grad()
        loss = criterion(model(inputs), labels)
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        found = model(test_x) > 0
    recall = found[test_y > 0.5].float().mean()
    print(
        f"epoch {epoch}: loss {loss.item():.3f}, rare ones found {recall:.3f}, false alarms {found[test_y < 0.5].float().mean():.3f}"
    )
