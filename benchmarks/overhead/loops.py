"""Times pure-Python loops of its own, before its training loop and inside it, and prints ns per iteration as JSON."""

import json
import time
from collections.abc import Callable

import torch
from torch import nn

REPEATS = 7


def for_1us(n: int) -> int:
    x = 1
    for i in range(n):
        y = (x * 31 + i) % 1000003
        z = (y ^ (y >> 3)) & 0xFFFF
        w = (z * 17 + y) % 65537
        v = (w << 2) ^ (z >> 1)
        u = (v * 13 + w) % 92821
        t = (u ^ (u >> 5)) & 0xFFFFF
        s = (t * 7 + v) % 131071
        r = (s << 1) ^ (t >> 2)
        x = (r * 3 + u + s) % 524287
        x = (x * 5 + r) % 999983
        x = (x ^ (x >> 7)) * 3 % 777781
        x = (x * 11 + t + z) % 888887
        x = (x * 19 + w + y) % 654321
        x = (x ^ (x >> 5)) * 7 % 555557
        x = (x * 23 + u + v) % 444449
        x = (x * 29 + s + t) % 333337
        x = (x ^ (x >> 9)) * 13 % 222223
        x = (x * 37 + y + r) % 999979
        x = (x * 41 + z + w) % 888869
    return x


def for_5us(n: int) -> int:
    total = 0
    words = "the quick brown fox jumps over the lazy dog and runs away from here".split()  # noqa: SIM905
    for i in range(n):
        counts: dict[str, int] = {}
        counts.update(zip(words, range(i, i + 14), strict=True))
        line = " ".join(sorted(counts, reverse=i % 2 == 0))
        total += len(line.upper().replace("O", "0")) + hash(line) % 7 + sum(counts.values()) % 3
        total += sum(len(word) for word in words) + len(sorted(line, reverse=True))
    return total


def for_50us(n: int) -> int:
    total = 0
    numbers = [(i * 7919) % 1009 for i in range(500)]
    for i in range(n):
        ordered = sorted(numbers, key=lambda value: (value ^ i) % 101)
        total += ordered[0] + ordered[-1]
    return total


def while_1us(n: int) -> int:
    i, x = 0, 1
    while i < n:
        y = (x * 31 + i) % 1000003
        z = (y ^ (y >> 3)) & 0xFFFF
        w = (z * 17 + y) % 65537
        v = (w << 2) ^ (z >> 1)
        u = (v * 13 + w) % 92821
        t = (u ^ (u >> 5)) & 0xFFFFF
        s = (t * 7 + v) % 131071
        r = (s << 1) ^ (t >> 2)
        x = (r * 3 + u + s) % 524287
        x = (x * 5 + r) % 999983
        x = (x ^ (x >> 7)) * 3 % 777781
        x = (x * 11 + t + z) % 888887
        x = (x * 19 + w + y) % 654321
        x = (x ^ (x >> 5)) * 7 % 555557
        x = (x * 23 + u + v) % 444449
        x = (x * 29 + s + t) % 333337
        x = (x ^ (x >> 9)) * 13 % 222223
        x = (x * 37 + y + r) % 999979
        x = (x * 41 + z + w) % 888869
        i += 1
    return x


def branches_1us(n: int) -> int:
    evens = threes = rest = 0
    x = 7
    for i in range(n):
        x = (x * 1103515245 + 12345) % 2147483648
        y = (x ^ (x >> 11)) % 65537
        z = (y * 31 + x) % 99991
        w = (z ^ (y << 3)) & 0xFFFFFF
        if w % 2 == 0:
            evens += (w * 3 + y) % 17
            evens ^= (z >> 2) & 3
        elif w % 3 == 0:
            threes += (w * 5 + z) % 19
            threes ^= (y >> 2) & 3
        else:
            rest += (w * 7 + x) % 23
            rest ^= (x >> 2) & 3
        x = (x + (w * 13 + i) % 8191 + (y * 17 + z) % 127 + (z * 19 + y) % 61) % 2147483648
        x = (x * 5 + evens + threes + rest) % 2147483648
        y = (x * 7 + y) % 999983 ^ (x >> 4)
        z = (y * 11 + z) % 888887 ^ (y >> 6)
        x = (x * 3 + y * 5 + z * 7 + w) % 2147483647
        w = (x * 13 + w) % 777781 ^ (z >> 5)
        x = (x + w * 17 + y * 19 + z * 23) % 2147483629
        x = (x ^ (x >> 9)) * 13 % 2147483587
    return evens + threes + rest


def short_inner_loops(n: int) -> int:
    """Per iteration of the outer loop: one inner loop of 8 items, each about 1 us."""
    total = 0
    for i in range(n):
        for k in range(8):
            y = (total * 31 + i * k) % 1000003
            z = (y ^ (y >> 3)) & 0xFFFF
            w = (z * 17 + y) % 65537
            v = (w << 2) ^ (z >> 1)
            u = (v * 13 + w) % 92821
            t = (u ^ (u >> 5)) & 0xFFFFF
            s = (t * 7 + v) % 131071
            r = (s << 1) ^ (t >> 2)
            total = (r * 3 + u + s) % 524287
            total = (total * 5 + r) % 999983
            total = (total ^ (total >> 7)) * 3 % 777781
            total = (total * 11 + t + z) % 888887
            total = (total * 19 + w + y) % 654321
            total = (total ^ (total >> 5)) * 7 % 555557
            total = (total * 23 + u + v) % 444449
            total = (total * 29 + s + t) % 333337
            total = (total ^ (total >> 9)) * 13 % 222223
            total = (total * 37 + y + r) % 999979
            total = (total * 41 + z + w) % 888869
    return total


def comprehensions(n: int) -> int:
    total = 0
    row = list(range(24))
    for i in range(n):
        squares = [value * value + i for value in row]
        total += sum(value for value in squares if value % 3) + len({value % 5 for value in squares})
    return total


def calls_with_loops(n: int) -> int:
    """Per call of a function whose own loop is entered anew each time: 20 items of about 1 us."""

    def digest(seed: int) -> int:
        x = seed
        for i in range(20):
            y = (x * 31 + i) % 1000003
            z = (y ^ (y >> 3)) & 0xFFFF
            w = (z * 17 + y) % 65537
            v = (w << 2) ^ (z >> 1)
            u = (v * 13 + w) % 92821
            t = (u ^ (u >> 5)) & 0xFFFFF
            s = (t * 7 + v) % 131071
            r = (s << 1) ^ (t >> 2)
            x = (r * 3 + u + s) % 524287
            x = (x * 5 + r) % 999983
            x = (x ^ (x >> 7)) * 3 % 777781
            x = (x * 11 + t + z) % 888887
            x = (x * 19 + w + y) % 654321
            x = (x ^ (x >> 5)) * 7 % 555557
            x = (x * 23 + u + v) % 444449
            x = (x * 29 + s + t) % 333337
            x = (x ^ (x >> 9)) * 13 % 222223
            x = (x * 37 + y + r) % 999979
            x = (x * 41 + z + w) % 888869
        return x

    total = 0
    for i in range(n):
        total += digest(i)
    return total


def tiny_body(n: int) -> int:
    total = 0
    for i in range(n):
        total += i
    return total


def tiny_inner_loops(n: int) -> int:
    total = 0
    for i in range(n):
        for k in range(5):
            total += i * k
    return total


KERNELS: dict[Callable[[int], int], int] = {
    for_1us: 20_000,
    while_1us: 20_000,
    branches_1us: 20_000,
    for_5us: 5_000,
    for_50us: 600,
    short_inner_loops: 2_500,
    comprehensions: 5_000,
    calls_with_loops: 1_000,
    tiny_body: 100_000,
    tiny_inner_loops: 20_000,
}


def time_all(where: str) -> dict[str, float]:
    """Best of some repeats, in ns of processor time per iteration of the outer loop."""
    result = {}
    for kernel, n in KERNELS.items():
        best = float("inf")
        for _ in range(REPEATS):
            begun = time.thread_time_ns()
            kernel(n)
            best = min(best, (time.thread_time_ns() - begun) / n)
        result[f"{kernel.__name__}, {where}"] = round(best, 1)
    return result


def main() -> None:
    torch.manual_seed(0)
    results = time_all("before training")
    model = nn.Linear(4, 3)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    x, y = torch.randn(60, 4), torch.randint(3, (60,))
    for step in range(20):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x), y).backward()
        optimizer.step()
        if step == 1:
            results.update(time_all("in training"))
    print(json.dumps(results))


if __name__ == "__main__":
    main()
