"""Three growers of wine from thirteen measurements: layers listed in a configuration, smoothed labels."""

import torch
from sklearn.datasets import load_wine
from sklearn.preprocessing import scale
from torch import nn

CONFIG = {"layers": [13, 32, 16, 3], "lr": 0.02, "epochs": 12, "smoothing": 0.05, "batch": 16}


def mlp(sizes):
    layers = []
    for wide, narrow in zip(sizes[:-2], sizes[1:-1], strict=True):
        layers += [nn.Linear(wide, narrow), nn.LeakyReLU(0.1)]
    layers += [nn.Linear(sizes[-2], sizes[-1]), nn.Softmax(dim=1)]
    return nn.Sequential(*layers)


class Experiment:
    def __init__(self, config):
        self.config = config
        self.model = mlp(config["layers"])
        self.objective = nn.CrossEntropyLoss(label_smoothing=config["smoothing"])
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=config["lr"])

    def update(self, x, y):
        prediction = self.model(x)  # expect: LOS302
        loss = self.objective(prediction, y)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.optimizer.step()
        return loss.detach()

    def run(self, x, y):
        for epoch in range(self.config["epochs"]):
            batches = torch.randperm(len(x)).split(self.config["batch"])
            losses = torch.stack([self.update(x[rows], y[rows]) for rows in batches])
            if epoch % 4 == 3:
                print(f"epoch {epoch}: loss {losses.mean():.3f}")

    @torch.no_grad()
    def score(self, x, y):
        return (self.model(x).argmax(1) == y).float().mean().item()


if __name__ == "__main__":
    torch.manual_seed(31)
    wine = load_wine()
    features, growers = torch.tensor(scale(wine.data), dtype=torch.float32), torch.tensor(wine.target)
    order = torch.randperm(len(features))
    experiment = Experiment(CONFIG)
    experiment.run(features[order[:140]], growers[order[:140]])
    print(f"accuracy {experiment.score(features[order[140:]], growers[order[140:]]):.3f}")
