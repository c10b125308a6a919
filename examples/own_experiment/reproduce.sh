#!/usr/bin/env bash
# Makes a finished run again from its config.json, stopped halfway and resumed, and compares the weights bit for bit.
#
#     ./reproduce.sh RUN [PYTHON]
set -euo pipefail

run=$(realpath "${1:?usage: ./reproduce.sh RUN [PYTHON]}")
python=${2:-python}
cd "$(dirname "$0")"
again=$(mktemp -d)
trap 'rm -rf "$again"' EXIT

half=$("$python" -c 'import json, sys; print(json.load(open(sys.argv[1]))["epochs"] // 2)' "$run/config.json")
"$python" train.py --out "$again" --like "$run" --stop-after "$half"
"$python" train.py --out "$again" --resume
if cmp --silent "$run/weights.sha256" "$again/weights.sha256"; then
    echo "the same weights, bit for bit: $(cat "$run/weights.sha256")"
else
    echo "other weights than those of $run; compare what the two were made with:" >&2
    diff "$run/report.md" "$again/report.md" >&2
    exit 1
fi
