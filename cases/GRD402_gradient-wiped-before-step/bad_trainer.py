"""Disease progression in one year, predicted from ten measurements; a trainer with batches as dictionaries."""

import torch
from sklearn.datasets import load_diabetes
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Patients(Dataset):
    def __init__(self, rows):
        table = load_diabetes()
        self.features = torch.tensor(table.data[rows] * 20, dtype=torch.float32)
        progression = torch.tensor(table.target[rows], dtype=torch.float32)
        self.progression = (progression - 152.0) / 77.0

    def __len__(self):
        return len(self.features)

    def __getitem__(self, index):
        return {"features": self.features[index], "progression": self.progression[index]}


class Trainer:
    def __init__(self, network, rate):
        self.network = network
        self.optimiser = torch.optim.RMSprop(network.parameters(), lr=rate)

    def loss(self, batch):
        predicted = self.network(batch["features"]).squeeze(-1)
        return nn.functional.smooth_l1_loss(predicted, batch["progression"])

    def clear(self):
        self.network.zero_grad(set_to_none=False)  # expect: GRD402

    def update(self):
        self.clear()
        self.optimiser.step()

    def fit(self, batches, epochs):
        for epoch in range(epochs):
            total = 0.0
            for batch in batches:
                loss = self.loss(batch)
                loss.backward()
                self.update()
                total += loss.item()
            print(f"epoch {epoch}: {total / len(batches):.4f}")


torch.manual_seed(3)
net = nn.Sequential(nn.Linear(10, 24), nn.Tanh(), nn.Linear(24, 1))
Trainer(net, 1e-3).fit(DataLoader(Patients(slice(0, 384)), batch_size=32, shuffle=True), 8)
held_out = Patients(slice(384, 442))
with torch.no_grad():
    print("held out:", nn.functional.mse_loss(net(held_out.features).squeeze(-1), held_out.progression).item())
