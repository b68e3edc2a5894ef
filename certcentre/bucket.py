"""BUCKET_URL: where a bucket is and with which key, as https://KEY:SECRET@host/bucket?region=…"""

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def storage(url: str) -> dict[str, Any]:
    """The storage of files in a bucket, as Django's STORAGES wants it."""
    parts = urlsplit(url)
    name = parts.path.strip("/")
    if parts.scheme not in ("http", "https") or not parts.hostname or not name or "/" in name:
        raise ImproperlyConfigured(
            "BUCKET_URL is not as it should be. Give https://KEY:SECRET@host/bucket?region=…"
        )
    place = parts.hostname + (f":{parts.port}" if parts.port else "")
    options = {
        "bucket_name": name,
        "endpoint_url": f"{parts.scheme}://{place}",
        "region_name": parse_qs(parts.query).get("region", [""])[0] or None,
        "access_key": unquote(parts.username or "") or None,
        "secret_key": unquote(parts.password or "") or None,
        "file_overwrite": False,
        "default_acl": None,  # the bucket's own: private
        "signature_version": "s3v4",
    }
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
