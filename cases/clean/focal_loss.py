"""Right though unusual: a hand-written focal loss takes log_softmax itself and weighs every sample."""

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class FocalLoss(nn.Module):
    def __init__(self, gamma=2.0):
        super().__init__()
        self.gamma = gamma

    def forward(self, logits, target):
        log_p = F.log_softmax(logits, dim=1)
        p = log_p.exp().gather(1, target[:, None]).squeeze(1)
        return ((1 - p) ** self.gamma * F.nll_loss(log_p, target, reduction="none")).mean()


torch.manual_seed(0)
y = torch.multinomial(torch.tensor([0.8, 0.15, 0.05]), 800, replacement=True)
x = 2.5 * torch.randn(3, 6)[y] + torch.randn(800, 6)
loader = DataLoader(TensorDataset(x[:640], y[:640]), batch_size=40, shuffle=True)
model = nn.Sequential(nn.Linear(6, 32), nn.ReLU(), nn.Linear(32, 3))
criterion = FocalLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(6):
    model.train()
    for inputs, labels in loader:
        loss = criterion(model(inputs), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        accuracy = (model(x[640:]).argmax(1) == y[640:]).float().mean()
    print(f"epoch {epoch}: loss {loss.item():.4f}, accuracy {accuracy:.3f}")
