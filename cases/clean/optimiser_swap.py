"""Right though unusual: after some epochs the optimiser, the batch size and the schedule are replaced."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
x = torch.randn(800, 9)
y = (x[:, :3].prod(dim=1) + x[:, 3] > 0).long()
dataset = TensorDataset(x[:640], y[:640])
model = nn.Sequential(nn.Linear(9, 48), nn.ReLU(), nn.Linear(48, 2))


def phase(name, optimizer, scheduler, batch_size, epochs):
    for _ in range(epochs):
        model.train()
        for inputs, labels in DataLoader(dataset, batch_size=batch_size, shuffle=True):
            loss = nn.functional.cross_entropy(model(inputs), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        if scheduler is not None:
            scheduler.step()
        model.eval()
        with torch.no_grad():
            accuracy = (model(x[640:]).argmax(1) == y[640:]).float().mean()
        print(f"{name}: loss {loss.item():.3f}, accuracy {accuracy:.3f}")


adam = torch.optim.Adam(model.parameters(), lr=1e-2)
phase("adam", adam, None, batch_size=32, epochs=4)
sgd = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9, nesterov=True)
phase("sgd", sgd, torch.optim.lr_scheduler.StepLR(sgd, step_size=2, gamma=0.3), batch_size=80, epochs=4)
