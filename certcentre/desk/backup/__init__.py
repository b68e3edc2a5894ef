"""The whole portal in one file, and back: rows, evidence and exports, keys, kept checkpoints.

A zip file. `rows/<app>.<model>` holds a line of JSON for each row, the same for every database, so
that a portal may also move from SQLite to PostgreSQL. `files/`, `keys/` and `log/` are folders of
DATA_DIR. `manifest.json` says when it was made, by which version of the tables, and the digest and
number of everything in it. What a new installation makes by itself is left out: sessions, caches.
"""

FORMAT = "certcentre.backup/1"
MANIFEST = "manifest.json"
FOLDERS = ("files", "keys", "log")


class BackupRefused(Exception):
    """Why nothing was written or restored, and what to do."""
