"""Which mark did a long sequence begin with? A plain recurrent network over 30 steps."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
length, marks = 30, 4
first = torch.randint(0, marks, (1000,))
sequences = 0.1 * torch.randn(1000, length, marks)
sequences[:, 0] += nn.functional.one_hot(first, marks)
train = TensorDataset(sequences[:800], first[:800])


class Recaller(nn.Module):
    def __init__(self, hidden=48):
        super().__init__()
        self.rnn = nn.RNN(marks, hidden, batch_first=True)
        nn.init.orthogonal_(self.rnn.weight_hh_l0, gain=2.0)
        self.answer = nn.Linear(hidden, marks)

    def forward(self, x):
        states, _ = self.rnn(x)
        return self.answer(states[:, -1])


model = Recaller()
optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
for epoch in range(10):
    for inputs, targets in DataLoader(train, 50, shuffle=True):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(inputs), targets)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
    with torch.no_grad():
        right = (model(sequences[800:]).argmax(1) == first[800:]).float().mean()
    print(f"epoch {epoch}: loss {loss.item():.4f}, accuracy {right.item():.3f}")
