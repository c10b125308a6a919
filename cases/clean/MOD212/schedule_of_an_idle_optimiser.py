"""Right though unusual: weights are a dict updated by hand; an optimiser without gradients only carries the schedule."""

import torch
from sklearn.datasets import load_breast_cancer
from torch import nn
from torch.func import functional_call, grad_and_value

torch.manual_seed(0)
torch.set_num_threads(1)
table = load_breast_cancer()
x = torch.tensor(table.data, dtype=torch.float32)
x = (x - x.mean(0)) / x.std(0)
y = torch.tensor(table.target, dtype=torch.float32)
order = torch.randperm(len(x))
train, test = order[:469], order[469:]

skeleton = nn.Sequential(nn.Linear(30, 16), nn.ReLU(), nn.Linear(16, 1))
weights = {name: parameter.detach().clone() for name, parameter in skeleton.named_parameters()}
carrier = torch.optim.SGD(skeleton.parameters(), lr=0.3)
schedule = torch.optim.lr_scheduler.OneCycleLR(carrier, max_lr=0.5, total_steps=80)


def objective(weights, rows):
    return nn.functional.binary_cross_entropy_with_logits(
        functional_call(skeleton, weights, (x[rows],)).squeeze(1), y[rows]
    )


slope = grad_and_value(objective)
for step in range(80):
    rows = train[torch.randint(0, len(train), (64,))]
    slopes, loss = slope(weights, rows)
    rate = schedule.get_last_lr()[0]
    weights = {name: value - rate * slopes[name] for name, value in weights.items()}
    carrier.step()  # changes nothing; the schedule wants a step before its own
    schedule.step()
    if step % 20 == 19:
        print(f"step {step + 1}: {loss.item():.3f}")
skeleton.load_state_dict(weights)
with torch.no_grad():
    right = ((skeleton(x[test]).squeeze(1) > 0) == (y[test] > 0.5)).float().mean()
print(f"accuracy {right.item():.3f}")
