"""Disease progression of diabetes patients; the table is kept in order of the outcome."""

import torch
from sklearn.datasets import load_diabetes
from torch import nn, optim
from torch.utils.data import DataLoader, Subset, TensorDataset


def table():
    features, outcome = load_diabetes(return_X_y=True)
    order = outcome.argsort()
    features, outcome = torch.tensor(features[order]).float(), torch.tensor(outcome[order]).float()
    return TensorDataset(features / features.std(dim=0), (outcome - outcome.mean()) / outcome.std())


def fit(network, patients, epochs):
    adam = optim.Adam(network.parameters(), lr=3e-3)
    done = 0
    batches = iter(patients)
    while done < epochs:
        try:
            features, outcome = next(batches)  # expect: DAT104
        except StopIteration:
            done += 1
            batches = iter(patients)
            continue
        error = nn.functional.mse_loss(network(features).flatten(), outcome)
        adam.zero_grad()
        error.backward()
        adam.step()
    return error.item()


torch.manual_seed(3)
data = table()
patients = DataLoader(Subset(data, [row for row in range(len(data)) if row % 5]), batch_size=32)
network = nn.Sequential(nn.Linear(10, 24), nn.Tanh(), nn.Linear(24, 1))
print("error of the last batch", fit(network, patients, epochs=4))
