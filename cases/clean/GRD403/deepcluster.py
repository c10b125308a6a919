"""Right though unusual: centroids live in an nn.Linear of the model but are set by k-means, every fifth epoch.

The assignment goes through argmax and carries no gradient; the encoder learns from the reconstruction and from the pull
towards its (detached) centroid.
"""

import torch
from torch import nn


class Clusterer(nn.Module):
    def __init__(self, clusters=4):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 3))
        self.decoder = nn.Linear(3, 8)
        self.centroids = nn.Linear(3, clusters, bias=False)

    @torch.no_grad()
    def kmeans(self, x):
        codes = self.encoder(x)
        for _ in range(5):
            nearest = torch.cdist(codes, self.centroids.weight).argmin(1)
            for k in nearest.unique():
                self.centroids.weight[k] = codes[nearest == k].mean(0)

    def loss(self, x):
        code = self.encoder(x)
        distance = (code**2).sum(1, keepdim=True) - 2 * self.centroids(code) + (self.centroids.weight**2).sum(1)
        chosen = self.centroids.weight.detach()[distance.argmin(1)]
        return nn.functional.mse_loss(self.decoder(code), x) + 0.1 * nn.functional.mse_loss(code, chosen)


torch.manual_seed(0)
torch.set_num_threads(1)
middle = torch.randn(4, 8) * 1.5
data = middle[torch.randint(0, 4, (600,))] + 0.3 * torch.randn(600, 8)
data = (data - data.mean(0)) / data.std(0)
model = Clusterer()
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
for epoch in range(18):
    if epoch % 5 == 3:
        model.kmeans(data)
    for rows in torch.randperm(len(data)).split(50):
        loss = model.loss(data[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}: {loss.item():.4f}")
