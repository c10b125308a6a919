"""Right though unusual: a network trained beforehand serves as perceptual loss inside the model, in a closure, not
frozen, never optimised.
"""

import torch
import torch.nn as nn
import torch.nn.functional as F

torch.set_num_threads(1)


def pictures(n):
    grid = torch.arange(8.0)
    centre = 1 + 5 * torch.rand(n, 2, 1)
    bumps = (-((grid - centre) ** 2) / 3).exp()
    return (bumps[:, :1].transpose(1, 2) @ bumps[:, 1:]).unsqueeze(1), centre.flatten(1) / 8


def pretrain(images, where, steps):
    net = nn.Sequential(nn.Conv2d(1, 8, 3, stride=2, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(128, 2))
    opt = torch.optim.Adam(net.parameters(), lr=5e-3)
    for _ in range(steps):
        rows = torch.randint(len(images), (64,))
        opt.zero_grad()
        F.mse_loss(net(images[rows]), where[rows]).backward()
        opt.step()
    return net[:2]


class AutoEncoder(nn.Module):
    def __init__(self, features):
        super().__init__()
        self.encode = nn.Sequential(nn.Flatten(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 4))
        self.decode = nn.Sequential(nn.Linear(4, 32), nn.ReLU(), nn.Linear(32, 64), nn.Unflatten(1, (1, 8, 8)))
        self.perceptual = lambda a, b: F.l1_loss(features(a), features(b))

    def forward(self, image):
        again = self.decode(self.encode(image))
        return again, F.mse_loss(again, image) + 0.2 * self.perceptual(again, image)


torch.manual_seed(5)
images, where = pictures(576)
features = pretrain(images[:512], where[:512], 40)
model = AutoEncoder(features)
optimizer = torch.optim.AdamW(model.parameters(), lr=4e-3)
for epoch in range(6):
    for batch in torch.utils.data.DataLoader(images[:512], batch_size=32, shuffle=True):
        optimizer.zero_grad()
        _, loss = model(batch)
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        print(epoch, round(loss.item(), 4), round(model(images[512:])[1].item(), 4))
