"""Draw again what the centre drew: python surveillance_draw.py certificates.jsonl.gz SEED

The file is that of the open data that the draw names (/data/), the seed stands on /surveillance/
and in the public log since before the draw.
"""

import gzip
import hashlib
import json
import sys

path, seed = sys.argv[1:3]
with gzip.open(path, "rt", encoding="utf-8") as lines:
    records = [json.loads(line) for line in lines]
frame = [each["number"] for each in records if each["status"] == "valid"]
ranked = sorted(frame, key=lambda number: hashlib.sha256(f"{seed}:{number}".encode()).hexdigest())
share = -(-len(frame) // 50)  # 2 %, and never fewer
sys.stdout.write("\n".join(sorted(ranked[:share])) + "\n")
