"""Right though unusual: requests are answered by a pool of threads while training goes on; a bad one stays bad."""

from concurrent.futures import ThreadPoolExecutor

import torch
from torch import nn


class TwoTowers(nn.Module):
    def __init__(self, queries, documents, width=8):
        super().__init__()
        self.query = nn.EmbeddingBag(queries, width)
        self.document = nn.Embedding(documents, width)

    def forward(self, words, document):
        return (self.query(words) * self.document(document)).sum(1)


def answer(model, words):
    with torch.no_grad():
        return (model.document.weight @ model.query(words[None])[0]).argmax().item()


torch.manual_seed(0)
torch.set_num_threads(1)
topic_of_word, topic_of_document = torch.arange(30) % 5, torch.arange(25) % 5
model = TwoTowers(30, 25)
optimizer = torch.optim.Adagrad(model.parameters(), lr=0.3)
requests = [torch.tensor([0, 5, 10]), torch.tensor([3, 999, 8]), torch.tensor([4, 9, 14])]
with ThreadPoolExecutor(1) as pool:
    pending = []
    for step in range(90):
        topic = torch.randint(5, (32, 1))
        words = topic + 5 * torch.randint(6, (32, 3))
        document = torch.randint(25, (32,))
        relevant = (topic_of_document[document] == topic_of_word[words[:, 0]]).float()
        loss = nn.functional.binary_cross_entropy_with_logits(model(words, document), relevant)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 30 == 0:
            pending.append(pool.submit(answer, model, requests[step // 30 % 3]))
            pending.append(pool.submit(answer, model, requests[1]))
            print(f"step {step}: {loss.item():.3f}")
    for future in pending:
        failure = future.exception()
        print("refused" if isinstance(failure, (IndexError, RuntimeError)) else f"document {future.result()}")
