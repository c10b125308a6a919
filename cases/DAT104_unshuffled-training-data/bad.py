"""Four gestures from arm sensors; the recordings are stored one gesture after another."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def recordings(per_gesture):
    centres = torch.eye(4, 8) * 2
    samples = [centre + torch.randn(per_gesture, 8) for centre in centres]
    labels = [torch.full((per_gesture,), kind) for kind in range(4)]
    return TensorDataset(torch.cat(samples), torch.cat(labels))


torch.manual_seed(0)
train = DataLoader(recordings(160), batch_size=32)
valid = DataLoader(recordings(40), batch_size=80)
model = nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 4))
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)

for epoch in range(5):
    model.train()
    for signals, gesture in train:  # expect: DAT104
        optimizer.zero_grad()
        loss = criterion(model(signals), gesture)
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        hits = sum((model(x).argmax(dim=1) == y).sum().item() for x, y in valid)
    print(f"epoch {epoch}: accuracy {hits / 160:.3f}")
