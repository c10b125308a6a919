"""Multi-label tagging; sets environment variables before torch is imported, so that they count."""

import os

os.environ["OMP_NUM_THREADS"] = "1"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")

import random

import numpy as np
import torch
from torch import nn

SEED, TAGS, WORDS = 13, 6, 60


def set_seed(seed):
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)
    torch.use_deterministic_algorithms(True)


def make_documents(n):
    """Bags of words (n, WORDS) scaled to unit variance, and tags (n, TAGS) that each depend on a few words."""
    topics = np.random.RandomState(0).randn(TAGS, WORDS) * (np.random.RandomState(1).rand(TAGS, WORDS) < 0.15)
    counts = np.random.poisson(1.0, (n, WORDS)) - 1.0
    tags = counts @ topics.T + 0.3 * np.random.randn(n, TAGS) > 0
    return torch.tensor(counts, dtype=torch.float32), torch.tensor(tags, dtype=torch.float32)


def micro_f1(logits, tags):
    chosen = logits > 0
    hits = (chosen & tags.bool()).sum()
    return (2 * hits / (chosen.sum() + tags.sum())).item()


set_seed(SEED)
assert torch.get_num_threads() == 1, "OMP_NUM_THREADS was set too late"
documents, tags = make_documents(2000)
test_documents, test_tags = make_documents(500)
model = nn.Sequential(nn.Linear(WORDS, 64), nn.BatchNorm1d(64), nn.ReLU(), nn.Dropout(0.3), nn.Linear(64, TAGS))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, weight_decay=1e-4)
schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=0.2, epochs=15, steps_per_epoch=40)
scores = []
for _epoch in range(15):
    model.train()
    shuffled = torch.randperm(2000)
    for start in range(0, 2000, 50):
        chosen = shuffled[start : start + 50]
        loss = nn.functional.binary_cross_entropy_with_logits(model(documents[chosen]), tags[chosen])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    model.eval()
    with torch.no_grad():
        scores.append(micro_f1(model(test_documents), test_tags))
    print("F1", round(scores[-1], 4))
os.makedirs("tagging", exist_ok=True)
np.save("tagging/scores.npy", np.array(scores))
torch.save(model.state_dict(), "tagging/model.pt")
print(f"done: tags with F1 {scores[-1]:.3f}, {torch.get_num_threads()} thread")
