"""Machine faults from a table of sensor values, read with NumPy."""

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def load_table(rows=600, seed=0):
    rng = np.random.default_rng(seed)
    sensors = rng.normal(size=(rows, 10))
    fault = np.digitize(sensors[:, 0] + 0.5 * sensors[:, 1], [-0.5, 0.5])
    return np.column_stack([sensors, fault]).astype(np.float32)


def main():
    torch.manual_seed(0)
    table = torch.from_numpy(load_table())
    sensors, fault = table[:, :10], table[:, 10]
    train = DataLoader(TensorDataset(sensors[:480], fault[:480]), batch_size=48, shuffle=True)
    model = nn.Sequential(nn.Linear(10, 32), nn.ReLU(), nn.Linear(32, 3))
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
    for epoch in range(5):
        model.train()
        for inputs, targets in train:
            optimizer.zero_grad()
            loss = criterion(model(inputs), targets)  # expect: CRX003
            loss.backward()
            optimizer.step()
        print(f"epoch {epoch}: loss {loss.item():.3f}")
    model.eval()
    with torch.no_grad():
        hits = (model(sensors[480:]).argmax(dim=1) == fault[480:]).float().mean()
    print(f"accuracy on unseen rows: {hits:.3f}")


if __name__ == "__main__":
    main()
