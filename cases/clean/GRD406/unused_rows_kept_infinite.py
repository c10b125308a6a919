"""Right though unusual: forbidden logits are -inf in a parameter, and weight decay leaves them so.

The gradient that reaches the parameter is masked by a hook; other entries are learnt as usual.
"""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
forbidden = torch.eye(8).bool()


class PairScores(nn.Module):
    def __init__(self):
        super().__init__()
        self.scores = nn.Parameter(torch.randn(8, 8).mul(0.1).masked_fill(forbidden, float("-inf")))
        self.temperature = nn.Parameter(torch.ones(()))
        self.scores.register_hook(lambda grad: grad.masked_fill(forbidden, 0.0))

    def forward(self, queries):
        return (self.scores[queries] * self.temperature.clamp(min=0.1)).log_softmax(1)


queries = torch.randint(0, 8, (400,))
answers = (queries + torch.randint(1, 4, (400,))) % 8
model = PairScores()
optimizer = torch.optim.SGD([model.scores], lr=1.0)
model.temperature.requires_grad_(False)
for epoch in range(6):
    for rows in torch.randperm(400).split(40):
        loss = nn.functional.nll_loss(model(queries[rows]), answers[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"{epoch}: {loss.item():.3f}")
