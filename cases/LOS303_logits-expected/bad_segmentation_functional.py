"""Find the discs: a mask for each 12 x 12 picture, by a fully convolutional network."""

import torch
import torch.nn as nn
import torch.nn.functional as F


def pictures(n, size=12):
    rows = torch.arange(size).view(1, size, 1)
    columns = torch.arange(size).view(1, 1, size)
    centre = torch.randint(3, size - 3, (n, 2, 1, 1))
    mask = ((rows - centre[:, 0]) ** 2 + (columns - centre[:, 1]) ** 2 < 9).float()[:, None]
    return mask + 0.3 * torch.randn_like(mask), mask


class MaskNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.down = nn.Conv2d(1, 8, 3, padding=1)
        self.mid = nn.Conv2d(8, 8, 3, padding=1)
        self.up = nn.Conv2d(8, 1, 1)

    def forward(self, image):
        x = F.leaky_relu(self.down(image))
        x = F.leaky_relu(self.mid(x))
        mask = self.up(x).sigmoid()  # expect: LOS303
        return mask.flatten(1)


torch.manual_seed(1)
images, masks = pictures(256)
net = MaskNet()
opt = torch.optim.RMSprop(net.parameters(), lr=1e-3)
for epoch in range(5):
    for i in torch.randperm(256).split(32):
        loss = F.binary_cross_entropy_with_logits(net(images[i]), masks[i].flatten(1), reduction="sum") / len(i)
        opt.zero_grad()
        loss.backward()
        opt.step()
    print(epoch, loss.item())
