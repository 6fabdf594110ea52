"""A small provider of OpenID Connect on this machine, which says whatever a test wants it to say."""

import json
from base64 import urlsafe_b64encode
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from time import time
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.urls import reverse
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

CLIENT, SECRET = "portal", "client-secret"
KEYS = {
    "RS256": rsa.generate_private_key(public_exponent=65537, key_size=2048),
    "ES256": ec.generate_private_key(ec.SECP256R1()),
}
FOREIGN_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
DEAD = "http://127.0.0.1:9"  # the port "discard", on which nothing listens


def public_keys():
    """The key set, as the provider publishes it."""
    algorithms = {"RS256": RSAAlgorithm, "ES256": ECAlgorithm}
    return [
        json.loads(algorithms[name].to_jwk(key.public_key())) | {"kid": name, "alg": name, "use": "sig"}
        for name, key in KEYS.items()
    ]


class Provider:
    """What it answers, for a test to change: `claims` stand in the token, `told` where it tells of the person."""

    def __init__(self):
        self.address = ""
        self.claims = {
            "email": "ana@agency.example",
            "email_verified": True,
            "given_name": "Ana",
            "family_name": "Ruiz",
            "groups": ["authors"],
        }
        self.told = {}
        self.algorithm, self.key = "RS256", None
        self.subject = "person-1"
        self.started = {}
        # Answers in the place of the token endpoint's own: (status, body).
        self.token_answer = None
        self.hangs, self.released = False, Event()

    def settings(self):
        """The settings of a site that signs in by it."""
        return {
            "OIDC_OP_ISSUER": self.address,
            "OIDC_OP_AUTHORIZATION_ENDPOINT": f"{self.address}/authorize",
            "OIDC_OP_TOKEN_ENDPOINT": f"{self.address}/token",
            "OIDC_OP_USER_ENDPOINT": f"{self.address}/person",
            "OIDC_OP_JWKS_ENDPOINT": f"{self.address}/keys",
            "OIDC_RP_CLIENT_ID": CLIENT,
            "OIDC_RP_CLIENT_SECRET": SECRET,
            "OIDC_NAME": "Example Agency",
            "OIDC_GROUPS": {"authors": "Authors", "reviewers": "Clinical reviewers"},
        }

    def begin(self, client, way_on="/admin/"):
        """Follow the sign-in page's link with `client`, and sign in here; returns what the browser brings back."""
        response = client.get(reverse("agency-sign-in"), {"next": way_on})
        self.started = {name: value for name, (value,) in parse_qs(urlsplit(response["Location"]).query).items()}
        return {"state": self.started["state"], "code": "a-code"}

    def token(self):
        """The signed token, with what the test has changed; a claim that is None is left out."""
        now = int(time())
        claims = {
            "iss": self.address,
            "aud": CLIENT,
            "sub": self.subject,
            "nonce": self.started["nonce"],
            "iat": now,
            "exp": now + 60,
            "auth_time": now,
            **self.claims,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        if self.algorithm == "none":
            return jwt.encode(claims, None, algorithm="none", headers={"kid": "RS256"})
        key = self.key or KEYS[self.algorithm]
        return jwt.encode(claims, key, algorithm=self.algorithm, headers={"kid": self.algorithm})

    def exchange(self, form):
        """Give the token for a code, to the client that asked for it alone: its secret, its address, its verifier."""
        challenge = urlsafe_b64encode(sha256(form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
        right = {
            "grant_type": "authorization_code",
            "client_id": CLIENT,
            "client_secret": SECRET,
            "code": "a-code",
            "redirect_uri": self.started["redirect_uri"],
        }
        is_right = right.items() <= form.items() and challenge == self.started["code_challenge"]
        if not is_right or self.started["code_challenge_method"] != "S256":
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": "a-token", "token_type": "Bearer", "id_token": self.token()}


@contextmanager
def running_provider():
    """A Provider that answers on loopback until the end."""
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            if self.path == "/keys":
                return self.answer(200, {"keys": public_keys()})
            if self.headers["Authorization"] != "Bearer a-token":
                return self.answer(401, {})
            return self.answer(200, {"sub": provider.subject} | provider.told)

        def do_POST(self):
            form = {
                name: value
                for name, (value,) in parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()).items()
            }
            if provider.hangs:
                provider.released.wait()
            self.answer(*(provider.token_answer or provider.exchange(form)))

        def answer(self, status, body):
            body = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments):
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        provider.address = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield provider
        provider.released.set()
        server.shutdown()
        thread.join()
