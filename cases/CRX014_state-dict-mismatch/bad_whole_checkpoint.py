"""Goes on from a checkpoint that holds epoch, weights and optimiser."""

import torch

torch.manual_seed(0)
net = torch.nn.Linear(6, 2)
adam = torch.optim.Adam(net.parameters(), lr=1e-2)
torch.save({"epoch": 0, "model_state_dict": net.state_dict(), "optimizer": adam.state_dict()}, "last.ckpt")


def resume(path):
    checkpoint = torch.load(path)
    net.load_state_dict(checkpoint)  # expect: CRX014
    adam.load_state_dict(checkpoint["optimizer"])
    return checkpoint["epoch"]


x = torch.randn(128, 6)
y = (x[:, 0] > x[:, 1]).long()
epoch = resume("last.ckpt")
while epoch < 4:
    for i in range(0, 128, 16):
        adam.zero_grad()
        torch.nn.functional.cross_entropy(net(x[i : i + 16]), y[i : i + 16]).backward()
        adam.step()
    epoch += 1
