"""nginx in front of a server of the tests, with deploy/nginx.conf but for names, ports, folders and limits."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.faults.server import ROOT, TlsPort, free_port, get, wait_for

MODULE = Path("/usr/lib/nginx/modules/ngx_http_brotli_static_module.so")
MAIN = """
user {user};
load_module {module};
pid {folder}/nginx.pid;
error_log {folder}/error.log;
daemon off;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/portal.conf;
}}
"""


class Nginx:
    """nginx in front of `server` (tests.faults.server.Server) at `port`, over TLS."""

    def __init__(self, server, folder):
        program = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/bin")
        if not program or not MODULE.exists():
            pytest.skip("nginx is missing; on Debian: apt install nginx libnginx-mod-http-brotli-static")
        folder.mkdir()
        self.port = TlsPort(free_port())
        key, certificate = folder / "key.pem", folder / "certificate.pem"
        make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost"]
        subprocess.run([*make, "-keyout", key, "-out", certificate], check=True, capture_output=True)
        ours = {
            "listen 80;": f"listen 127.0.0.1:{free_port()};",
            "listen [::]:80;": "",
            "listen 443 ssl http2;": f"listen 127.0.0.1:{int(self.port)} ssl;",
            "listen [::]:443 ssl http2;": "",
            "/etc/ssl/certs/portal.pem": str(certificate),
            "/etc/ssl/private/portal.key": str(key),
            "unix:/srv/portal/current/var/portal.sock": f"127.0.0.1:{server.port}",
            "/srv/portal/current/var/delivery": str(server.directory),
            "access_log /var/log/nginx/portal.log portal;": "",
            # All readers of a test have one address.
            "rate=50r/s": "rate=1000000r/s",
            "limit_conn connections 100;": "limit_conn connections 10000;",
        }
        conf = (ROOT / "deploy" / "nginx.conf").read_text()
        for theirs, our in ours.items():
            assert theirs in conf
            conf = conf.replace(theirs, our)
        (folder / "portal.conf").write_text(conf)
        (folder / "nginx.conf").write_text(MAIN.format(user="root", module=MODULE, folder=folder))
        self.command = [program, "-c", folder / "nginx.conf", "-p", folder]

    def __enter__(self):
        self.process = subprocess.Popen(self.command)
        wait_for(lambda: get(self.port, "/healthz/live")[0] == 200, 10)
        return self

    def __exit__(self, *exception):
        self.process.terminate()
        self.process.wait(10)
