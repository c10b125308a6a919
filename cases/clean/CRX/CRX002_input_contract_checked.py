"""Right though unusual: the contract of the network (a batch, or an error) is checked before it is trained."""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.MaxPool2d(2))
        self.classify = nn.Linear(4 * 3 * 3, 2)

    def forward(self, x):
        return self.classify(self.features(x).flatten(1))


def check(net, accepted, refused):
    for shape in accepted:
        assert net(torch.zeros(shape)).shape == (shape[0], 2)
    for shape in refused:
        try:
            net(torch.zeros(shape))
        except Exception as error:
            print("refused as it should be:", shape, type(error).__name__)
        else:
            raise AssertionError(f"{shape} was taken")


net = Net()
check(net, accepted=[(1, 1, 8, 8), (5, 1, 8, 8)], refused=[(1, 8, 8), (8, 8), (1, 3, 8, 8)])
images = torch.rand(256, 1, 8, 8)
rows = torch.arange(256)
images[rows % 2 == 0, :, 2:5, 2:5] += 1
optimizer = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9)
for epoch in range(5):
    for part in rows[:224].view(-1, 28):
        loss = nn.functional.cross_entropy(net(images[part]), part % 2)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        print(epoch, (net(images[224:]).argmax(1) == rows[224:] % 2).float().mean().item())
