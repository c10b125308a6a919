"""Right: adversarial training: the attack pushes down the true class's raw score, training uses cross-entropy."""

import torch
from torch import nn

torch.manual_seed(3)
torch.set_num_threads(1)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(nn.Conv1d(1, 8, 3, padding=1), nn.ReLU(), nn.AdaptiveAvgPool1d(4), nn.Flatten())
        self.classifier = nn.Linear(32, 3)

    def forward(self, x):
        return self.classifier(self.features(x))


def attack(model, x, y, size=0.1, steps=2):
    noise = torch.zeros_like(x, requires_grad=True)
    for _ in range(steps):
        margin = nn.functional.nll_loss(model(x + noise), y)
        (slope,) = torch.autograd.grad(margin, noise)
        noise = (noise + size / steps * slope.sign()).detach().requires_grad_()
    return (x + noise).detach()


t = torch.linspace(0, 6.28, 24)
y = torch.randint(0, 3, (300,))
x = (torch.sin(t * (y + 1).unsqueeze(1) + torch.rand(300, 1)) + 0.2 * torch.randn(300, 24)).unsqueeze(1)
model = Net()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(4):
    for rows in torch.randperm(300).split(30):
        hard = attack(model, x[rows], y[rows])
        loss = nn.functional.cross_entropy(model(hard), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}: {loss.item():.3f}")
