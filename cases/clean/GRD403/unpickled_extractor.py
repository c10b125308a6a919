"""Right though unusual: a finished extractor is unpickled whole, not through load_state_dict.

Its features are detached.
"""

import io

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def pretrained():
    """Stands for a file from a colleague: the whole module, as torch.save(model, path) wrote it."""
    file = io.BytesIO()
    torch.save(nn.Sequential(nn.Conv1d(1, 12, 7, padding=3), nn.Tanh(), nn.AdaptiveMaxPool1d(5), nn.Flatten()), file)
    file.seek(0)
    return torch.load(file, weights_only=False)


class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.extractor = pretrained()
        self.head = nn.Linear(60, 3)

    def forward(self, signal):
        return self.head(self.extractor(signal).detach())


torch.manual_seed(0)
torch.set_num_threads(1)
labels = torch.randint(0, 3, (384,))
signal = torch.sin((labels[:, None, None] + 1) * torch.linspace(0, 6, 40)) + 0.2 * torch.randn(384, 1, 40)
model = Classifier()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
for epoch in range(6):
    for inputs, wanted in DataLoader(TensorDataset(signal, labels), batch_size=32, shuffle=True):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(inputs), wanted)
        loss.backward()
        optimizer.step()
    print(epoch, round(loss.item(), 4))
