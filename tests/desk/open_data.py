"""Reading what was published, as anybody would."""

import gzip
import json

from certcentre.desk.open_data.data_sets import DATA_SETS


def content(client, name):
    answer = client.get(f"/data/{name}")
    assert answer.status_code == 200, name
    return answer.getvalue()


def manifest(client):
    return json.loads(content(client, "manifest.json"))


def records(client, name):
    lines = gzip.decompress(content(client, f"{name}.jsonl.gz")).decode().splitlines()
    return [json.loads(line) for line in lines]


def every_text(client):
    """Everything that stands in the files, by name."""
    texts = {"manifest.json": content(client, "manifest.json").decode()}
    for each in manifest(client)["files"]:
        texts[each["name"]] = gzip.decompress(content(client, each["name"])).decode()
    for name in DATA_SETS:
        texts[f"{name}.schema.json"] = content(client, f"{name}.schema.json").decode()
    return texts | {"page": client.get("/data/").content.decode()}
