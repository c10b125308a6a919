import torch
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def run_epoch(network, batches, criterion, optimizer, training):
    network.train(training)
    total, hits, seen = 0.0, 0, 0
    for features, label in batches:
        score = network(features).squeeze(1)
        loss = criterion(score, label)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()  # expect: EVA706
        total += loss.item() * len(label)
        hits += ((score > 0) == (label > 0.5)).sum().item()
        seen += len(label)
    return total / seen, hits / seen


def loader(features, labels, shuffle):
    table = TensorDataset(torch.tensor(features, dtype=torch.float32), torch.tensor(labels, dtype=torch.float32))
    return DataLoader(table, batch_size=32, shuffle=shuffle)


torch.manual_seed(1)
x, y = load_breast_cancer(return_X_y=True)
x = (x - x.mean(0)) / x.std(0)
x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=0.3, random_state=1)
phases = {"train": loader(x_train, y_train, True), "test": loader(x_test, y_test, False)}
network = nn.Sequential(nn.Linear(30, 32), nn.ReLU(), nn.Dropout(0.3), nn.Linear(32, 1))
sgd = torch.optim.SGD(network.parameters(), lr=0.05, momentum=0.9)
for epoch in range(6):
    for phase, batches in phases.items():
        loss, accuracy = run_epoch(network, batches, nn.BCEWithLogitsLoss(), sgd, phase == "train")
        print(f"{epoch} {phase}: {loss:.4f} {accuracy:.3f}")
