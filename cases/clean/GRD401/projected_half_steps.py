"""Right though unusual: each gradient is walked along in two half steps, with a projection onto the feasible set
after either.
"""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(13)
torch.set_num_threads(1)
x = torch.randn(800, 8)
y = (x @ torch.tensor([2.0, 1, 0, 0, 0, 0, 0.5, 1.5]) + 0.5 * torch.randn(800) > 0).float()


class NonNegativeClassifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(8, 1)
        self.project()

    def forward(self, x):
        return self.linear(x).squeeze(1)

    @torch.no_grad()
    def project(self):
        self.linear.weight.clamp_(min=0)
        self.linear.weight.mul_((3 / self.linear.weight.norm()).clamp(max=1))


model = NonNegativeClassifier()
optimizer = torch.optim.SGD(model.parameters(), lr=0.25)
criterion = nn.BCEWithLogitsLoss()
for epoch in range(4):
    for inputs, labels in DataLoader(TensorDataset(x[:640], y[:640]), batch_size=32, shuffle=True):
        optimizer.zero_grad()
        loss = criterion(model(inputs), labels)
        loss.backward()
        for _ in range(2):
            optimizer.step()
            model.project()
    with torch.no_grad():
        accuracy = ((model(x[640:]) > 0) == y[640:].bool()).float().mean().item()
    print(f"epoch {epoch}: loss {loss.item():.3f}, accuracy {accuracy:.3f}")
