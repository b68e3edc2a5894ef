"""A small server that speaks OpenID Connect, and lies where it is told to."""

import json
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

OWN, OTHER = (rsa.generate_private_key(65537, 2048) for _ in range(2))
KEPT = {"kid": "own", "alg": "RS256"}


def public(key):
    return json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key()))


class FalseProvider:
    """Tells the truth but for what is in its lies: `document`, `claims`, `person`, `token`, and
    what an address answers `instead`, which may be bytes."""

    def __init__(self, url):
        self.url = url
        self.lies = {}
        self.nonce = None
        self.number = 0

    def document(self):
        ends = {
            f"{name}_endpoint": f"{self.url}/{name}"
            for name in ("authorization", "token", "userinfo")
        }
        return {"issuer": self.url, "jwks_uri": f"{self.url}/keys", **ends}

    def claims(self):
        now = int(time.time())
        return {
            "iss": self.url,
            "aud": "portal",
            "sub": "ada",
            "nonce": self.nonce,
            "iat": now,
            "exp": now + 300,
        }

    def id_token(self):
        claims = self.told("claims", self.claims())
        key = self.lies.get("key", OWN)
        head = {"kid": self.lies.get("kid", "own")}
        return jwt.encode(claims, key, self.lies.get("algorithm", "RS256"), headers=head)

    def told(self, what, truth):
        """The truth, with what is a lie in its stead; what is None is left out."""
        mixed = truth | self.lies.get(what, {})
        return {name: value for name, value in mixed.items() if value is not None}

    def answer(self, path):
        truths = {
            "/.well-known/openid-configuration": lambda: self.told("document", self.document()),
            "/keys": lambda: {"keys": [public(OWN) | KEPT | {"use": "sig"}]},
            "/token": lambda: self.told(
                "token",
                {"access_token": "opaque", "token_type": "Bearer", "id_token": self.id_token()},
            ),
            "/userinfo": lambda: self.told("person", {"sub": "ada", "name": "Ada Lovelace"}),
        }
        instead = self.lies.get("instead", {})
        return instead[path] if path in instead else truths[path]()


@contextmanager
def serving():
    class Handler(BaseHTTPRequestHandler):
        def answer(self):
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            answer = provider.answer(self.path)
            sent = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(provider.lies.get("status", 200))
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        do_GET = do_POST = answer

        def log_message(self, *_):
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider = FalseProvider(f"http://127.0.0.1:{server.server_port}")
    Thread(target=server.serve_forever, daemon=True).start()
    yield provider
    server.shutdown()
    server.server_close()
