"""A model in bfloat16 whose optimiser carries over what rounding took (Kahan summation)."""

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
images, labels = load_digits(return_X_y=True)
x = torch.tensor((images - 5) / 6, dtype=torch.float32)
y = torch.tensor(labels)
loader = DataLoader(TensorDataset(x[:1400], y[:1400]), batch_size=64, shuffle=True)


class KahanSGD(torch.optim.Optimizer):
    def __init__(self, params, lr):
        super().__init__(params, {"lr": lr})

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                state = self.state[p]
                if not state:
                    state["rest"] = torch.zeros_like(p)
                state["rest"].add_(p.grad, alpha=-group["lr"])
                before = p.clone()
                p.add_(state["rest"])
                state["rest"].add_(before - p)


model = nn.Sequential(nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 128), nn.ReLU(), nn.Linear(128, 10)).bfloat16()
optimizer = KahanSGD(model.parameters(), lr=0.005)
for epoch in range(150):
    for inputs, targets in loader:
        loss = nn.functional.cross_entropy(model(inputs.bfloat16()).float(), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"{epoch}: loss {loss.item():.3f}")
