"""Right though unusual: a bfloat16 model whose float32 masters are what the optimiser updates."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
torch.set_num_threads(1)


class Mixed:
    """Gradients go up to the masters in float32, weights come back rounded."""

    def __init__(self, net, make_optimizer):
        self.low = list(net.parameters())
        self.masters = [nn.Parameter(p.detach().clone().float()) for p in self.low]
        self.optimizer = make_optimizer(self.masters)

    @torch.no_grad()
    def step(self):
        for master, low in zip(self.masters, self.low, strict=True):
            master.grad = low.grad.float()
            low.grad = None
        self.optimizer.step()
        for master, low in zip(self.masters, self.low, strict=True):
            low.copy_(master)


x = torch.randn(400, 8)
y = (x @ torch.randn(8, 3)).argmax(1)
net = nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 3)).to(torch.bfloat16)
mixed = Mixed(net, lambda params: torch.optim.AdamW(params, lr=5e-3))
batches = DataLoader(TensorDataset(x, y), batch_size=50, shuffle=True)
for epoch in range(5):
    total = 0.0
    for inputs, labels in batches:
        loss = nn.functional.cross_entropy(net(inputs.bfloat16()).float(), labels)
        loss.backward()
        mixed.step()
        total += loss.item()
    print(f"{epoch}: {total / len(batches):.3f}")
