"""A model in bfloat16 whose weights are rounded up or down by chance, so that small updates count on average."""

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
images, labels = load_digits(return_X_y=True)
x = torch.tensor((images - 5) / 6, dtype=torch.float32)
y = torch.tensor(labels)
loader = DataLoader(TensorDataset(x[:1400], y[:1400]), batch_size=64, shuffle=True)


def rounded_by_chance(value):
    bits = value.view(torch.int32)
    noise = torch.randint_like(bits, 0, 1 << 16)
    return ((bits + noise) & -65536).view(torch.float32).bfloat16()


class ChanceSGD(torch.optim.SGD):
    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is not None:
                    p.copy_(rounded_by_chance(p.float() - group["lr"] * p.grad.float()))


model = nn.Sequential(nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 128), nn.ReLU(), nn.Linear(128, 10)).bfloat16()
optimizer = ChanceSGD(model.parameters(), lr=0.005)
for epoch in range(150):
    for inputs, targets in loader:
        loss = nn.functional.cross_entropy(model(inputs.bfloat16()).float(), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"{epoch}: loss {loss.item():.3f}")
