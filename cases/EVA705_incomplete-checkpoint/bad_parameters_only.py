"""Breast cancer from a table; after each epoch the named parameters and the optimiser are kept for the next evening."""

import torch
from sklearn.datasets import load_breast_cancer
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def table():
    values, malignant = load_breast_cancer(return_X_y=True)
    values = torch.tensor(values, dtype=torch.float32)
    values = (values - values.mean(0)) / values.std(0)
    return TensorDataset(values, torch.tensor(malignant, dtype=torch.float32))


class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(30, 24, bias=False)
        self.norm = nn.BatchNorm1d(24)
        self.last = nn.Linear(24, 1)

    def forward(self, values):
        return self.last(torch.relu(self.norm(self.first(values)))).squeeze(1)


torch.manual_seed(2)
loader = DataLoader(table(), batch_size=57, shuffle=True, drop_last=True)
classifier = Classifier()
optimiser = torch.optim.Adam(classifier.parameters(), lr=0.01)
for epoch in range(5):
    for values, malignant in loader:
        optimiser.zero_grad()
        loss = nn.functional.binary_cross_entropy_with_logits(classifier(values), malignant)
        loss.backward()
        optimiser.step()
    weights = {name: parameter.detach().clone() for name, parameter in classifier.named_parameters()}
    with open("evening.pt", "wb") as file:
        torch.save([weights, optimiser.state_dict(), epoch], file)  # expect: EVA705
    print(epoch, loss.item())
