"""Right though unusual: the loaded backbone stays in eval mode, without gradient, while the head trains."""

import io

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Classifier(nn.Module):
    def __init__(self, backbone):
        super().__init__()
        self.backbone = backbone.requires_grad_(False)
        self.head = nn.Linear(32, 2)

    def train(self, mode=True):
        super().train(mode)
        self.backbone.eval()  # keep its running averages
        return self

    def forward(self, x):
        return self.head(self.backbone(x))


def make_backbone():
    return nn.Sequential(nn.Linear(10, 64), nn.BatchNorm1d(64), nn.ReLU(), nn.Linear(64, 32), nn.ReLU())


torch.manual_seed(0)
file = io.BytesIO()
torch.save(make_backbone().state_dict(), file)  # stands for weights trained elsewhere
file.seek(0)
backbone = make_backbone()
backbone.load_state_dict(torch.load(file))

x = torch.randn(600, 10)
y = (x[:, :3].sum(dim=1) > 0).long()
train = DataLoader(TensorDataset(x[:480], y[:480]), batch_size=40, shuffle=True)
model = Classifier(backbone)
optimizer = torch.optim.AdamW(model.head.parameters(), lr=3e-2)
for epoch in range(8):
    model.train()
    for inputs, labels in train:
        loss = nn.functional.cross_entropy(model(inputs), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        accuracy = (model(x[480:]).argmax(1) == y[480:]).float().mean()
    print(f"epoch {epoch}: loss {loss.item():.3f}, accuracy {accuracy:.3f}")
