"""Right though unusual: two optimisers take turns, and the generator's output is detached for the discriminator."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
angle = 6.2832 * torch.rand(600)
circle = torch.stack([angle.cos(), angle.sin()], dim=1) + 0.05 * torch.randn(600, 2)
loader = DataLoader(TensorDataset(circle), batch_size=50, shuffle=True)

generator = nn.Sequential(nn.Linear(4, 32), nn.ReLU(), nn.Linear(32, 2))
discriminator = nn.Sequential(nn.Linear(2, 32), nn.LeakyReLU(0.2), nn.Linear(32, 1))
optimizer_g = torch.optim.Adam(generator.parameters(), lr=2e-3, betas=(0.5, 0.999))
optimizer_d = torch.optim.Adam(discriminator.parameters(), lr=2e-3, betas=(0.5, 0.999))
bce = nn.BCEWithLogitsLoss()

for epoch in range(40):
    for (real,) in loader:
        fake = generator(torch.randn(len(real), 4))

        optimizer_d.zero_grad()
        scores = discriminator(torch.cat([real, fake.detach()]))
        truth = torch.cat([torch.ones(len(real), 1), torch.zeros(len(real), 1)])
        loss_d = bce(scores, truth)
        loss_d.backward()
        optimizer_d.step()

        optimizer_g.zero_grad()
        loss_g = bce(discriminator(fake), torch.ones(len(real), 1))
        loss_g.backward()
        optimizer_g.step()
    if epoch % 10 == 9:
        print(f"epoch {epoch}: discriminator {loss_d.item():.3f}, generator {loss_g.item():.3f}")

generator.eval()
with torch.no_grad():
    radius = generator(torch.randn(500, 4)).norm(dim=1)
print(f"radius of generated points: {radius.mean():.2f} +- {radius.std():.2f}")
