"""Five-fold cross-validation on iris: a new model and a new optimiser for each fold."""

import pathlib
import statistics

import torch
from sklearn.datasets import load_iris
from sklearn.model_selection import StratifiedKFold
from torch import nn
from torch.utils.data import DataLoader, Subset, TensorDataset

FOLDS, EPOCHS = 5, 30


def build_model():
    return nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 3))


def main():
    torch.manual_seed(0)
    measurements, species = load_iris(return_X_y=True)
    x, y = torch.tensor(measurements, dtype=torch.float32), torch.tensor(species)
    folder = pathlib.Path("iris_folds")
    folder.mkdir(exist_ok=True)
    scores = []
    splitter = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    for fold, (train_index, test_index) in enumerate(splitter.split(measurements, species)):
        mean, std = x[train_index].mean(0), x[train_index].std(0)
        dataset = TensorDataset((x - mean) / std, y)
        train_loader = DataLoader(Subset(dataset, train_index.tolist()), batch_size=16, shuffle=True)
        test_loader = DataLoader(Subset(dataset, test_index.tolist()), batch_size=30)
        model = build_model()
        optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
        for _ in range(EPOCHS):
            model.train()
            for features, target in train_loader:
                optimizer.zero_grad()
                nn.functional.cross_entropy(model(features), target).backward()
                optimizer.step()
        model.eval()
        right = 0
        with torch.no_grad():
            for features, target in test_loader:
                right += int((model(features).argmax(-1) == target).sum())
        scores.append(right / len(test_index))
        torch.save(model.state_dict(), folder / f"fold{fold}.pt")
        print(f"fold {fold}: accuracy {scores[-1]:.3f}")
    summary = f"{statistics.mean(scores):.3f} +- {statistics.stdev(scores):.3f}"
    (folder / "summary.txt").write_text(summary + "\n")
    print(f"done: {FOLDS} folds, accuracy {summary}")


main()
