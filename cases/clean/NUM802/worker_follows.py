"""A copy in bfloat16 does the work; the optimiser holds the float32 weights, and the copy follows them."""

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
images, labels = load_digits(return_X_y=True)
x = torch.tensor((images - 5) / 6, dtype=torch.float32)
y = torch.tensor(labels)
loader = DataLoader(TensorDataset(x[:1400], y[:1400]), batch_size=64, shuffle=True)

weights = nn.Sequential(nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 128), nn.ReLU(), nn.Linear(128, 10))
worker = nn.Sequential(nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 128), nn.ReLU(), nn.Linear(128, 10)).bfloat16()
worker.load_state_dict(weights.state_dict())
optimizer = torch.optim.SGD(weights.parameters(), lr=0.005)
for epoch in range(150):
    for inputs, targets in loader:
        loss = nn.functional.cross_entropy(worker(inputs.bfloat16()).float(), targets)
        loss.backward()
        for held, used in zip(weights.parameters(), worker.parameters()):
            held.grad, used.grad = used.grad.float(), None
        optimizer.step()
        with torch.no_grad():
            for held, used in zip(weights.parameters(), worker.parameters()):
                used.copy_(held)
    print(f"{epoch}: loss {loss.item():.3f}")
