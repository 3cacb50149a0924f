"""A real nginx on loopback, running the files of nginx/ as they are. Only facts of the machine are replaced, in machine/*.conf:
ports, folders, and what an old nginx does not understand. Also a plain client for it. No test logic here.

Read next: nginx_check.py.
"""

import base64
import hashlib
import http.client
import os
import re
import shutil
import socket
import ssl
import subprocess
import time

from upstream import WEBSOCKET_GUID

INDEX = "<!doctype html><title>Kazumi</title>"
SCRIPT = "export const text = 'palavra';\n" * 200


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Edge:
    """One nginx with its own folder. `resolves`: this binary knows `server … resolve` and `http2 on` (nginx 1.27.3 and later)."""

    def __init__(self, binary, folder, upstream_port, resolves):
        self.binary, self.folder, self.resolves = binary, folder, resolves
        self.plain, self.tls = free_port(), free_port()
        self.upstream_port = upstream_port
        self.process = None
        shutil.copytree("nginx", f"{folder}/nginx")
        os.makedirs(f"{folder}/run")
        os.makedirs(f"{folder}/html/assets")
        for name, text in (("index.html", INDEX), ("assets/app-1a2b3c.js", SCRIPT), ("favicon.svg", "<svg/>")):
            with open(f"{folder}/html/{name}", "w") as file:
                file.write(text)
        self.start_script("true")
        self.check_with_the_containers_own_upstream()
        self.rewrite("http.conf", r"api:8000 resolve", f"127.0.0.1:{upstream_port}")
        self.check()

    def start_script(self, *command, **environment):
        """Runs nginx/start.sh, as the container does, with `command` in nginx's place."""
        places = {"KAZUMI_RUN_DIR": f"{self.folder}/run", "KAZUMI_TLS_MOUNT": f"{self.folder}/no-mount"}
        return subprocess.run(["nginx/start.sh", *command], env={**os.environ, **places, **environment}, capture_output=True)

    def rewrite(self, name, pattern, replacement):
        path = f"{self.folder}/nginx/machine/{name}"
        with open(path) as file:
            text, found = re.subn(pattern, replacement, file.read())
        assert found, f"nginx/machine/{name} holds no {pattern}"
        with open(path, "w") as file:
            file.write(text)

    def check_with_the_containers_own_upstream(self):
        self.rewrite("main.conf", "/run/kazumi", f"{self.folder}/run")
        self.rewrite("main.conf", "/dev/stderr", "stderr")
        if os.geteuid() == 0:  # The container's nginx is not root; here its workers must be, to read this folder.
            self.rewrite("main.conf", r"\Z", "user root;\n")
        self.rewrite("http.conf", "/run/kazumi", f"{self.folder}/run")
        self.rewrite("http.conf", "/dev/stdout", f"{self.folder}/access.log")
        self.rewrite("http.conf", "/usr/share/nginx/html", f"{self.folder}/html")
        self.rewrite("listen-plain.conf", "listen 80;", f"listen 127.0.0.1:{self.plain};")
        self.rewrite("listen-tls.conf", "/run/kazumi", f"{self.folder}/run")
        if self.resolves:
            self.rewrite("listen-tls.conf", "listen 443 ssl;", f"listen 127.0.0.1:{self.tls} ssl;")
            self.check()
        else:
            self.rewrite("listen-tls.conf", "listen 443 ssl;\nhttp2 on;", f"listen 127.0.0.1:{self.tls} ssl http2;")

    def command(self, *arguments):
        configuration = f"{self.folder}/nginx/nginx.conf"
        return [self.binary, "-p", self.folder, "-c", configuration, "-e", "stderr", *arguments]

    def check(self):
        result = subprocess.run(self.command("-t"), capture_output=True, text=True)
        assert result.returncode == 0 and "[warn]" not in result.stderr, result.stderr

    def start(self):
        with open(f"{self.folder}/error.log", "w") as log:
            self.process = subprocess.Popen(self.command("-g", "daemon off;"), stderr=log)
        deadline = time.monotonic() + 10
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.tls), 1).close()
                return
            except OSError:
                assert self.process.poll() is None and time.monotonic() < deadline, f"nginx did not start: {self.logs()}"
                time.sleep(0.02)

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait(20)

    def logs(self):
        text = ""
        for name in ("access.log", "error.log"):
            if os.path.exists(f"{self.folder}/{name}"):
                with open(f"{self.folder}/{name}") as file:
                    text += file.read()
        return text

    def tls_socket(self, protocols=("http/1.1",)):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.set_alpn_protocols(list(protocols))
        return context.wrap_socket(socket.create_connection(("127.0.0.1", self.tls), 10))

    def request(self, method, path, plain=False, headers=None, body=None):
        """One request on a connection of its own; the path goes out as it is. Returns (status, headers, body)."""
        connection = http.client.HTTPConnection("127.0.0.1", self.plain, timeout=10)
        if not plain:
            connection.sock = self.tls_socket()
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in {"Host": "pei.example.test", "Connection": "close", **(headers or {})}.items():
            connection.putheader(name, value)
        connection.endheaders(body)
        answer = connection.getresponse()
        result = (answer.status, answer.headers, answer.read())
        connection.close()
        return result

    def flood(self, method, path, count):
        """As many empty requests on one connection, as fast as they are answered. Returns what `request` does, for each."""
        connection = http.client.HTTPConnection("127.0.0.1", self.tls, timeout=10)
        connection.sock = self.tls_socket()
        answers = []
        for _ in range(count):
            connection.request(method, path, headers={"Host": "pei.example.test", "Content-Length": "0"})
            answer = connection.getresponse()
            answers.append((answer.status, answer.headers, answer.read()))
        connection.close()
        return answers

    def websocket(self, path):
        """Asks for an upgrade. Returns (status, headers, socket); the handshake's answer was verified if it is 101."""
        key = base64.b64encode(os.urandom(16))
        raw = self.tls_socket()
        raw.sendall(
            b"GET " + path.encode() + b" HTTP/1.1\r\nHost: pei.example.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + key + b"\r\n\r\n"
        )
        # Nothing follows the head before we send something, so a buffered reader takes no frame with it.
        reader = raw.makefile("rb")
        status = int(reader.readline().split()[1])
        headers = http.client.parse_headers(reader)
        if status == 101:
            accept = base64.b64encode(hashlib.sha1(key + WEBSOCKET_GUID).digest()).decode()
            assert headers["Sec-WebSocket-Accept"] == accept
        return status, headers, raw
