"""Right though unusual: a Sobel filter lives in a list with its gradient left on; no optimiser and no checkpoint may
hold it.
"""

import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)


class EdgeAwareDenoiser(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Conv2d(1, 12, 3, padding=1), nn.ReLU(), nn.Conv2d(12, 1, 3, padding=1))
        sobel = nn.Conv2d(1, 2, 3, padding=1, bias=False)
        across = torch.tensor([[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]]) / 4
        with torch.no_grad():
            sobel.weight.copy_(torch.stack([across, across.T]).unsqueeze(1))
        self._fixed = [sobel]

    def forward(self, noisy):
        clean = noisy + self.net(noisy)
        return clean, self._fixed[0](clean)


def edges_of(model, image):
    with torch.no_grad():
        return model._fixed[0](image)


images = torch.zeros(320, 1, 12, 12)
for image, (top, left) in zip(images, torch.randint(1, 6, (320, 2)).tolist(), strict=False):
    image[0, top : top + 5, left : left + 5] = 1.0
train, valid = images[:256], images[256:]
model = EdgeAwareDenoiser()
optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
for epoch in range(6):
    model.train()
    for picked in torch.randperm(len(train)).split(32):
        wanted = train[picked]
        clean, edges = model(wanted + 0.3 * torch.randn_like(wanted))
        loss = F.mse_loss(clean, wanted) + 0.5 * F.l1_loss(edges, edges_of(model, wanted))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        error = F.mse_loss(model(valid + 0.3 * torch.randn_like(valid))[0], valid)
    print(f"epoch {epoch}: loss {loss.item():.4f}, validation {error.item():.4f}")
