"""Wines by their chemistry; the third vineyard joined later, so the classifier gets a wider output half-way."""

import numpy as np
import torch
from sklearn.datasets import load_wine
from sklearn.preprocessing import StandardScaler


class WineClassifier(torch.nn.Module):
    def __init__(self, vineyards):
        super().__init__()
        self.body = torch.nn.Sequential(
            torch.nn.Linear(13, 32), torch.nn.ELU(), torch.nn.Linear(32, 16), torch.nn.ELU()
        )
        self.vineyard = torch.nn.Linear(16, vineyards)

    def forward(self, chemistry):
        return self.vineyard(self.body(chemistry))

    def widen(self, vineyards):
        wider = torch.nn.Linear(16, vineyards)
        with torch.no_grad():
            wider.weight[: self.vineyard.out_features] = self.vineyard.weight
            wider.bias[: self.vineyard.out_features] = self.vineyard.bias
        self.vineyard = wider


class Session:
    def __init__(self, classifier, rate):
        self.classifier = classifier
        self.optimizer = torch.optim.SGD(classifier.parameters(), lr=rate, momentum=0.9)  # expect: OPT501
        self.rng = np.random.default_rng(8)

    def practise(self, chemistry, vineyard, steps):
        for _ in range(steps):
            rows = self.rng.choice(len(vineyard), size=24, replace=False)
            loss = torch.nn.functional.cross_entropy(self.classifier(chemistry[rows]), vineyard[rows])
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()
        return loss.item()


def main():
    torch.manual_seed(6)
    chemistry, vineyard = load_wine(return_X_y=True)
    chemistry = torch.tensor(StandardScaler().fit_transform(chemistry), dtype=torch.float32)
    vineyard = torch.tensor(vineyard)
    first = vineyard < 2

    classifier = WineClassifier(vineyards=2)
    session = Session(classifier, rate=0.01)
    print(f"two vineyards: {session.practise(chemistry[first], vineyard[first], steps=60):.3f}")
    classifier.widen(3)
    for part in range(4):
        print(f"three vineyards, part {part}: {session.practise(chemistry, vineyard, steps=30):.3f}")
    with torch.no_grad():
        print(f"right: {(classifier(chemistry).argmax(1) == vineyard).float().mean().item():.3f}")


if __name__ == "__main__":
    main()
