"""What measures and what it is held to: wrk, and nginx with the same bodies as files."""
import json
import os
import pathlib
import pwd
import shutil
import socket
import ssl
import statistics
import subprocess
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
ERRORS = ("connect", "read", "write", "status", "timeout")


class Missing(Exception):
    """A tool that is not installed."""


def tool(name, package):
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")
    if not found:
        raise Missing(f"{name} is not installed (scripts/deps bench brings {package})")
    return found


def started_wrk(url, connections, seconds, token, paths=None, pause_ms=0):
    """A process of wrk; `paths` is a file of weighted paths, and `url` has none then."""
    threads = min(2, connections)
    words = [tool("wrk", "wrk"), "-t", threads, "-c", connections, "-d", f"{seconds}s", "--timeout", "20s", "-s",
             HERE / "told.lua", "-H", f"Authorization: Bearer {token}", url]
    words += ["--", paths, pause_ms] if paths else []
    return subprocess.Popen([*map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def ended_wrk(process):
    """What it measured: requests, seconds, rate, p50_ms, p99_ms, and the errors by kind."""
    out = process.communicate(timeout=900)[0]
    told = [line for line in out.splitlines() if line.startswith("{")]
    if process.returncode != 0 or not told:
        raise RuntimeError(f"wrk ended with {process.returncode}: {out[-400:]}")
    figures = json.loads(told[-1])
    figures["rate"] = figures["requests"] / figures["seconds"]
    figures["errors"] = sum(figures[name] for name in ERRORS)
    return figures


def wrk(*words, **more):
    return ended_wrk(started_wrk(*words, **more))


def body_of(url, token):
    asked = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"} if token else {})
    anybody = ssl.create_default_context()
    anybody.check_hostname, anybody.verify_mode = False, ssl.CERT_NONE
    with urllib.request.urlopen(asked, timeout=300, context=anybody) as answer:
        return answer.read()


def at_rest(url, measured):
    """After what was measured: requests that wrk left behind are answered before the next round."""
    body_of(url + "/healthz", "")
    return measured


def median(rounds, name):
    return statistics.median(one[name] for one in rounds)


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def load_now():
    return " ".join(f"{one:.1f}" for one in os.getloadavg())


CONFIG = """daemon off;
user {user};
worker_processes 2;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
worker_rlimit_nofile 16384;
events {{ worker_connections 8192; }}
http {{
  access_log {folder}/access.log;
  keepalive_requests 1000000000;
  client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  sendfile on;
  default_type application/json;
  server {{
    listen 127.0.0.1:{port} {tls};
    {more}
    root {folder}/files;
  }}
}}
"""


class Nginx:
    """nginx on a free port, by a configuration of its own in `folder`, with `bodies` as its files."""

    def __init__(self, folder, bodies, tls=None):
        self.folder = folder
        (folder / "files").mkdir(parents=True)
        for name, body in bodies.items():
            (folder / "files" / name).write_bytes(body)
        self.port = free_port()
        self.url = f"http{'s' if tls else ''}://127.0.0.1:{self.port}"
        more = f"ssl_protocols TLSv1.3; ssl_certificate {tls}/server.pem; ssl_certificate_key {tls}/server.key.pem;"
        (folder / "nginx.conf").write_text(CONFIG.format(
            folder=folder, port=self.port, user=pwd.getpwuid(os.getuid()).pw_name, tls="ssl" if tls else "",
            more=more if tls else ""))

    def __enter__(self):
        self.process = subprocess.Popen([tool("nginx", "nginx-light"), "-c", str(self.folder / "nginx.conf"), "-e",
                                         str(self.folder / "error.log")])
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return self
            except OSError:
                time.sleep(0.05)
        self.process.kill()
        raise RuntimeError(f"nginx does not listen; see {self.folder}/error.log")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(30)
