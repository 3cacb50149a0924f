"""What the edge promises, asked of real nginx processes with a stand-in for the API behind them.

Arguments: Debian's nginx, and a newer one that understands the container's own files to the last word.
"""

import json
import os
import subprocess
import sys
import tempfile

from edge import INDEX, Edge
from upstream import Server

CANARY = "CANARY"
ONCE = [
    "Content-Security-Policy", "X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy", "Permissions-Policy",
    "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy",
]  # fmt: skip


def has_security_headers(headers, tls=True):
    for name in ONCE:
        assert len(headers.get_all(name, [])) == 1, f"{name}: {headers.get_all(name)}"
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert "script-src 'self';" in headers["Content-Security-Policy"]
    assert len(headers.get_all("Strict-Transport-Security", [])) == (1 if tls else 0)
    assert "Access-Control-Allow-Origin" not in headers
    assert headers.get("Server", "nginx") == "nginx", "the version is told"


def is_problem(answer, status, code):
    got, headers, body = answer
    assert got == status, f"{got} instead of {status}"
    assert headers["Content-Type"] == "application/problem+json"
    problem = json.loads(body)
    assert (problem["status"], problem["code"]) == (status, code) and problem["request_id"]
    has_security_headers(headers)


def plain_http_only_shows_the_way(edge, upstream):
    for path in ("/", "/api/v1/me", "/metrics", "/ws/collab"):
        status, headers, _ = edge.request("GET", f"{path}?a={CANARY}", plain=True)
        assert status == 308 and headers["Location"] == f"https://pei.example.test{path}?a={CANARY}"
        has_security_headers(headers, tls=False)


def the_application_is_served_with_its_caching(edge, upstream):
    for path in ("/", "/index.html", "/estudantes/0190", f"/entrar?x={CANARY}"):
        status, headers, body = edge.request("GET", path)
        assert status == 200 and body.decode() == INDEX and headers["Cache-Control"] == "no-cache"
        assert headers["Content-Type"] == "text/html"
        has_security_headers(headers)
    status, headers, _ = edge.request("GET", "/assets/app-1a2b3c.js", headers={"Accept-Encoding": "gzip"})
    assert status == 200 and headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert headers["Content-Encoding"] == "gzip" and "javascript" in headers["Content-Type"]
    has_security_headers(headers)
    status, headers, _ = edge.request("GET", "/assets/app-gone.js")
    assert status == 404 and "Cache-Control" not in headers, "a missing file would be missing for a year"
    has_security_headers(headers)


def requests_reach_the_api_with_honest_headers(edge, upstream):
    forged = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "http"}
    status, headers, body = edge.request("GET", f"/api/v1/me?q={CANARY}", headers=forged)
    assert status == 200
    has_security_headers(headers)
    seen = json.loads(body)["headers"]
    assert seen["X-Forwarded-For"] == "127.0.0.1" and seen["X-Forwarded-Proto"] == "https"
    assert seen["Host"] == "pei.example.test" and seen["X-Request-Id"]
    assert edge.request("GET", "/readyz")[0] == 200 and edge.request("GET", "/healthz")[0] == 200


def a_socket_passes_both_ways(edge, upstream):
    for path in ("/ws/collab", f"/ws/y/pei%2F0190%2Fec_familia?ticket={CANARY}"):
        status, headers, raw = edge.websocket(path)
        assert status == 101
        has_security_headers(headers)
        raw.sendall(b"\x82\x84\x00\x00\x00\x00text")
        assert raw.recv(64) == b"\x82\x84\x00\x00\x00\x00text"
        raw.close()


def metrics_end_at_the_edge(edge, upstream):
    ways = ("/metrics", "/metrics?x=1", "//metrics", "/api/../metrics", "/api/%2e%2e/metrics", "/api/..%2fmetrics", "/ws/../metrics")
    for path in ways:
        status, headers, _ = edge.request("GET", path)
        assert status == 404, f"{path}: {status}"
        has_security_headers(headers)
    assert not [path for path in upstream.seen if "metrics" in path]


def both_protocols_are_offered(edge, upstream):
    with edge.tls_socket(("h2", "http/1.1")) as raw:
        assert raw.selected_alpn_protocol() == "h2"


def what_the_edge_refuses_is_a_problem_document(edge, upstream):
    big = {"Content-Length": "2000000", "Content-Type": "application/json"}
    is_problem(edge.request("POST", "/api/v1/peis", headers=big), 413, "payload_too_large")
    # The fuse lets a school's morning through (100 at once) and ends a flood.
    answers = edge.flood("POST", f"/api/v1/auth/login?q={CANARY}", 600)
    assert {status for status, _, _ in answers[:100]} == {200}
    refused = [answer for answer in answers if answer[0] != 200]
    assert refused, "600 sign-ins at once were let through"
    for answer in refused:
        is_problem(answer, 429, "too_many_attempts")
        assert answer[1]["Retry-After"] == "5"
    assert edge.request("GET", "/api/v1/me")[0] == 200, "the fuse is for sign-ins alone"
    assert edge.request("GET", "/%")[0] == 400
    has_security_headers(edge.request("GET", "/%")[1])


def without_the_api_pages_work_and_the_rest_says_so(edge, upstream):
    upstream.stop()
    is_problem(edge.request("GET", f"/api/v1/me?q={CANARY}"), 503, "overloaded")
    assert edge.request("GET", "/api/v1/me")[1]["Retry-After"] == "2"
    status, headers, raw = edge.websocket(f"/ws/y/x?ticket={CANARY}")
    raw.close()
    assert status == 502
    has_security_headers(headers)
    assert edge.request("GET", "/")[0] == 200


def the_api_is_found_again_at_once(edge, upstream):
    back = Server(edge.upstream_port)
    status, _, raw = edge.websocket("/ws/collab")
    raw.close()
    assert status == 101
    assert edge.request("GET", "/api/v1/me")[0] == 200
    back.stop()


def no_log_holds_a_query(edge, upstream):
    text = edge.logs()
    assert CANARY not in text, next(line for line in text.splitlines() if CANARY in line)
    with open(f"{edge.folder}/access.log") as file:
        lines = [json.loads(line) for line in file]
    paths = {line["path"] for line in lines}
    assert {"/api/v1/me", "/ws/collab", "/estudantes/0190", "/assets/app-1a2b3c.js", "/entrar"} <= paths, paths
    assert any(line["path"] == "/api/v1/me" and line["upstream_status"] == "502" for line in lines)


def certificates(edge):
    """A whole mounted pair is used, half of one stops the start."""
    mount = f"{edge.folder}/mount"
    os.makedirs(mount)
    run = f"{edge.folder}/other-run"
    os.link(f"{edge.folder}/run/tls/certificate.pem", f"{mount}/certificate.pem")
    refused = edge.start_script("true", KAZUMI_TLS_MOUNT=mount, KAZUMI_RUN_DIR=run)
    assert refused.returncode == 1 and b"must both be" in refused.stderr
    os.link(f"{edge.folder}/run/tls/key.pem", f"{mount}/key.pem")
    assert edge.start_script("true", KAZUMI_TLS_MOUNT=mount, KAZUMI_RUN_DIR=run).returncode == 0
    assert os.readlink(f"{run}/tls/key.pem") == f"{mount}/key.pem"
    assert os.stat(f"{edge.folder}/run/tls/key.pem").st_mode & 0o077 == 0, "the self-signed key is readable by others"


CLAIMS = [
    plain_http_only_shows_the_way, the_application_is_served_with_its_caching, requests_reach_the_api_with_honest_headers,
    a_socket_passes_both_ways, metrics_end_at_the_edge, both_protocols_are_offered, what_the_edge_refuses_is_a_problem_document,
    without_the_api_pages_work_and_the_rest_says_so, the_api_is_found_again_at_once, no_log_holds_a_query,
]  # fmt: skip

debian, newer = sys.argv[1:]
with open("nginx/machine/http.conf") as file:
    assert "max_fails=0" in file.read()
for binary, resolves in ((debian, False), (newer, True)):
    version = subprocess.run([binary, "-v"], capture_output=True, text=True).stderr.split("/")[-1].strip()
    with tempfile.TemporaryDirectory(prefix="kazumi-edge-") as folder:
        upstream = Server()
        edge = Edge(binary, folder, upstream.port, resolves)
        certificates(edge)
        edge.start()
        try:
            for claim in CLAIMS:
                claim(edge, upstream)
        except BaseException:
            print(f"nginx {version}: {claim.__name__}\n{edge.logs()}", file=sys.stderr)
            raise
        finally:
            edge.stop()
        print(f"nginx {version}: {len(CLAIMS) + 1} claims hold")
