"""Right though unusual: only a linear layer on loaded, frozen features is trained."""

import io

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def encoder():
    return nn.Sequential(nn.Conv1d(1, 8, 5, padding=2), nn.ReLU(), nn.AdaptiveAvgPool1d(4), nn.Flatten())


torch.manual_seed(0)
file = io.BytesIO()
torch.save(encoder().state_dict(), file)  # stands for weights from elsewhere
file.seek(0)
backbone = encoder()
backbone.load_state_dict(torch.load(file, weights_only=True))
backbone.eval()
for parameter in backbone.parameters():
    parameter.requires_grad = False
probe = nn.Linear(32, 3)

labels = torch.randint(0, 3, (480,))
signal = torch.sin((labels[:, None, None] + 1) * torch.linspace(0, 6, 40)) + 0.2 * torch.randn(480, 1, 40)
loader = DataLoader(TensorDataset(signal[:384], labels[:384]), batch_size=32, shuffle=True)
optimizer = torch.optim.Adam(probe.parameters(), lr=3e-2)
for epoch in range(6):
    for x, y in loader:
        with torch.no_grad():
            features = backbone(x)
        loss = nn.functional.cross_entropy(probe(features), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        accuracy = (probe(backbone(signal[384:])).argmax(1) == labels[384:]).float().mean()
    print(f"epoch {epoch}: loss {loss.item():.3f}, accuracy {accuracy:.3f}")
