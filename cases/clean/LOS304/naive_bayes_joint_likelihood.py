"""Right: generative naive Bayes: the linear layer's weights are log-probabilities of words, the loss a joint likelihood."""

import torch
from torch import nn
from torch.nn.utils import parametrize

torch.manual_seed(4)
torch.set_num_threads(1)


class LogSimplex(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.dim = dim

    def forward(self, raw):
        return torch.log_softmax(raw, self.dim)


words, classes = 20, 4
topics = torch.distributions.Dirichlet(torch.full((words,), 0.3)).sample((classes,))
label = torch.randint(0, classes, (400,))
counts = torch.distributions.Multinomial(30, topics[label]).sample()
bayes = nn.Linear(words, classes)
parametrize.register_parametrization(bayes, "weight", LogSimplex(1))
parametrize.register_parametrization(bayes, "bias", LogSimplex(0))
joint = nn.NLLLoss()
optimizer = torch.optim.Adam(bayes.parameters(), lr=0.1)
for epoch in range(6):
    for rows in torch.randperm(400).split(50):
        loss = joint(bayes(counts[rows]), label[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        right = (bayes(counts).argmax(1) == label).float().mean()
    print(f"epoch {epoch}: {loss.item():.2f} nats a text, {right.item():.2f} right")
