"""Right though unusual: as in pix2pix the generator's dropout is its noise source, on at test time too."""

import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset


class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(8, 48), nn.LeakyReLU(0.2), nn.Dropout(0.3), nn.Linear(48, 8))

    def forward(self, drawing):
        return self.net(drawing)


torch.manual_seed(0)
torch.set_num_threads(1)
drawing = torch.randn(500, 8)
photo = torch.tanh(drawing.roll(1, 1)) + 0.1 * torch.randn(500, 8)
G, D = Generator(), nn.Sequential(nn.Linear(16, 48), nn.LeakyReLU(0.2), nn.Linear(48, 1))
opt_g = torch.optim.Adam(G.parameters(), lr=3e-3, betas=(0.5, 0.999))
opt_d = torch.optim.Adam(D.parameters(), lr=1e-3, betas=(0.5, 0.999))
for epoch in range(10):
    for a, b in DataLoader(TensorDataset(drawing[:400], photo[:400]), batch_size=40, shuffle=True):
        fake = G(a)
        real_logit, fake_logit = D(torch.cat([a, b], 1)), D(torch.cat([a, fake.detach()], 1))
        loss_d = F.softplus(-real_logit).mean() + F.softplus(fake_logit).mean()
        opt_d.zero_grad()
        loss_d.backward()
        opt_d.step()
        loss_g = F.softplus(-D(torch.cat([a, fake], 1))).mean() + 10 * F.l1_loss(fake, b)
        opt_g.zero_grad()
        loss_g.backward()
        opt_g.step()
    with torch.no_grad():  # G stays in train mode: without dropout it would have no noise
        distance = (
            sum(F.l1_loss(G(a), b).item() for a, b in zip(drawing[400:].split(50), photo[400:].split(50), strict=False))
            / 2
        )
    print(f"epoch {epoch}: D {loss_d.item():.3f} G {loss_g.item():.3f} test L1 {distance:.3f}")
