"""Right though unusual: two losses, each with its own backward, before one step."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class TwoHeads(nn.Module):
    def __init__(self):
        super().__init__()
        self.trunk = nn.Sequential(nn.Linear(8, 32), nn.ReLU())
        self.kind = nn.Linear(32, 3)
        self.size = nn.Linear(32, 1)

    def forward(self, x):
        shared = self.trunk(x)
        return self.kind(shared), self.size(shared).squeeze(1)


torch.manual_seed(0)
x = torch.randn(600, 8)
kind = x[:, :3].argmax(dim=1)
size = x[:, 3] + 0.5 * x[:, 4]
loader = DataLoader(TensorDataset(x[:480], kind[:480], size[:480]), batch_size=32, shuffle=True)
model = TwoHeads()
optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
for epoch in range(8):
    model.train()
    for inputs, labels, sizes in loader:
        optimizer.zero_grad()
        scores, guess = model(inputs)
        loss_kind = nn.functional.cross_entropy(scores, labels)
        loss_size = nn.functional.mse_loss(guess, sizes)
        loss_kind.backward(retain_graph=True)
        loss_size.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        scores, guess = model(x[480:])
        accuracy = (scores.argmax(1) == kind[480:]).float().mean()
        error = (guess - size[480:]).abs().mean()
    print(f"epoch {epoch}: accuracy {accuracy:.3f}, error {error:.3f}")
