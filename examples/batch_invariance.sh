#!/usr/bin/env bash
# The whole measurement behind batch_invariance.py: the environment, and every batch size, position and dtype as CSV.
#
#     bash examples/batch_invariance.sh [--out DIR]
#
# DIR (default: out) gets environment.md, batch.csv, a page with plots (grid/numerics.html) and batch_invariance.png.
# PYTHON names another interpreter than `python`. On a GPU float32 is measured with and without tensor cores (TF32).
set -euo pipefail
out=out
if [ "${1:-}" = "--out" ]; then out=$2; fi
mkdir -p "$out"
out=$(cd "$out" && pwd)
cd "$(dirname "$0")"
python=${PYTHON:-python}

grid=(--dtype fp32,bf16,fp16 --limit 32)
if "$python" -c "import sys, torch; sys.exit(not torch.cuda.is_available())"; then
    grid+=(--device cuda --fp32-precision ieee,tf32)
fi
"$python" -m trialrun env --format md > "$out/environment.md"
"$python" -m trialrun numerics batch "${grid[@]}" --quiet --out "$out/grid" --csv "$out/batch.csv" batch_invariance:make
echo "$(($(wc -l < "$out/batch.csv") - 1)) cases in batch.csv"
echo
"$python" batch_invariance.py --out "$out"
