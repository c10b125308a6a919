"""Right though unusual: batch, patches, heads and channels all are 8, and patches are folded into the batch."""

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Rows(nn.Module):
    def __init__(self):
        super().__init__()
        self.within = nn.Linear(8, 8)
        self.between = nn.TransformerEncoderLayer(8, 8, 32, dropout=0.0)
        self.head = nn.Linear(64, 10)

    def forward(self, images):
        rows = torch.relu(self.within(images.reshape(-1, 8))).view(8, 8, 8)
        seen = self.between(rows.transpose(0, 1)).transpose(0, 1)
        return self.head(seen.reshape(8, 64))


torch.manual_seed(0)
digits = load_digits()
images = torch.tensor(digits.images / 16.0, dtype=torch.float32)
labels = torch.tensor(digits.target)
model = Rows()
optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
for epoch in range(2):
    for image, label in DataLoader(TensorDataset(images, labels), batch_size=8, shuffle=True, drop_last=True):
        loss = nn.functional.cross_entropy(model(image), label)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}: {loss.item():.3f}")
