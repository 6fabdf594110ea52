"""The two nginx of the bench: one that hands out a file, and one before the portal, as deploy/nginx.conf has it."""

import gzip
import shutil
import time
from pathlib import Path

from benchmarks.delivery.page import PATH, ROOT
from benchmarks.delivery.servers import Server

BROTLI = Path("/usr/lib/nginx/modules/ngx_http_brotli_static_module.so")
# As on Debian, with one process and nothing written. What deploy/nginx.conf says of files comes on top.
MAIN = """
load_module {module};
worker_processes 1; daemon off; pid nginx.pid; error_log stderr crit;
events {{ worker_connections 768; }}
http {{
  sendfile on; tcp_nopush on; access_log off; types {{ text/html html; }}
  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi;
  scgi_temp_path scgi;
  {servers}
}}
"""
SECONDS = 10


def file_server(name, folder, body, port):
    """nginx that hands out `body`, compressed beforehand too."""
    file = folder / "files" / PATH.strip("/") / "index.html"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(body)
    file.with_suffix(".html.gz").write_bytes(gzip.compress(body))
    return _server(name, folder, port, f"server {{ listen 127.0.0.1:{port}; root {folder}/files; gzip_static on; }}")


def portal_server(name, folder, portal, files, ports):
    """nginx before `portal` (a Server that writes its pages to `files`), with deploy/nginx.conf but for TLS."""
    port = next(ports)
    conf = (ROOT / "deploy" / "nginx.conf").read_text()
    for theirs, ours in {
        "listen 80;": f"listen 127.0.0.1:{next(ports)};",
        "listen [::]:80;": "",
        "listen 443 ssl http2;": f"listen 127.0.0.1:{port};",
        "listen [::]:443 ssl http2;": "",
        "ssl_certificate /etc/ssl/certs/portal.pem;": "",
        "ssl_certificate_key /etc/ssl/private/portal.key;": "",
        "unix:/srv/portal/current/var/portal.sock": f"127.0.0.1:{portal.port}",
        "/srv/portal/current/var/delivery/files": str(files),
        "access_log /var/log/nginx/portal.log portal;": "",
        # All load comes from one address.
        "rate=50r/s": "rate=1000000r/s",
        "limit_conn connections 100;": "limit_conn connections 10000;",
    }.items():
        if theirs not in conf:
            raise RuntimeError(f"deploy/nginx.conf says {theirs!r} no more.")
        conf = conf.replace(theirs, ours)
    return _server(name, folder, port, conf)


def wait_for_file(server, files):
    """Ask for the page until the portal has shown its file to nginx. Raises RuntimeError when it does not."""
    file = files / "current" / "http" / f"127.0.0.1:{server.port}" / PATH.strip("/") / "index.html"
    until = time.monotonic() + SECONDS
    while not file.exists():
        if time.monotonic() > until:
            raise RuntimeError(f"The portal does not write {file}")
        server.ask()
        time.sleep(0.1)


def _server(name, folder, port, servers):
    folder.mkdir(parents=True, exist_ok=True)
    conf = folder / "nginx.conf"
    conf.write_text(MAIN.format(module=BROTLI, servers=servers))
    return Server(name, [shutil.which("nginx"), "-p", str(folder), "-c", str(conf), "-e", "stderr"], folder, port)
