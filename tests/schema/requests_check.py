"""A server with the demo, requests made up after its description, one round for each kind of person. See run.sh."""

import json
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

PROGRAM, SCHEMATHESIS = sys.argv[1:3]
# Nobody, the team, a family, the school, the network, the operator.
PEOPLE = [None, "luciana.prado", "patricia.coutinho", "marina.couto", "teresa.valadares", "ops"]
# Per operation and person; the boundary cases of every parameter come on top.
EXAMPLES = 15
# What would end the session that the other requests need.
ENDS_SESSION = ["/api/v1/auth/logout"]
STARTS_WITHIN = 120


def start(folder):
    log = Path(folder, "server.log")
    command = [PROGRAM, "dev", "--data", str(Path(folder, "data")), "--port", "0"]
    server = subprocess.Popen(command, stdout=log.open("w"), stderr=subprocess.STDOUT)
    end = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < end and server.poll() is None:
        ready = re.search(r"ready at (http://127\.0\.0\.1:\d+)", log.read_text(errors="replace"))
        if ready:
            return server, ready[1]
        time.sleep(0.1)
    server.terminate()
    sys.exit(f"schema: the server did not get ready:\n{log.read_text(errors='replace')}")


def sign_in(url, person):
    body = json.dumps({"email": f"{person}@demo.kazumi.test", "password": "kazumi-demo-2026"}).encode()
    request = urllib.request.Request(f"{url}/api/v1/auth/login", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)["access_token"]


def make_up_requests(url, person, folder):
    headers = ["X-Kazumi: 1"]
    if person:
        headers.append(f"Authorization: Bearer {sign_in(url, person)}")
    command = [SCHEMATHESIS, "--no-color", "run", f"{url}/api/openapi.json", "--checks", "not_a_server_error"]
    command += ["--phases", "examples,coverage,fuzzing", "--mode", "all", "--max-examples", str(EXAMPLES), "--seed", "7"]
    # One worker: the parser of Python 3.11 fails now and then when two threads use it ("recursion depth mismatch").
    command += ["--generation-database", "none", "--request-timeout", "20", "--workers", "1"]
    for path in ENDS_SESSION:
        command += ["--exclude-path", path]
    for header in headers:
        command += ["--header", header]
    run = subprocess.run(command, capture_output=True, text=True, cwd=folder, timeout=300)
    cases = re.search(r"(\d+) generated", run.stdout)
    if run.returncode != 0 or not cases:
        sys.exit(f"schema: as {person or 'nobody'}:\n{run.stdout[-6000:]}{run.stderr[-2000:]}")
    return int(cases[1])


with tempfile.TemporaryDirectory(prefix="kz-schema-") as folder:
    Path(folder).chmod(0o755)
    server, url = start(folder)
    try:
        counts = {person or "nobody": make_up_requests(url, person, folder) for person in PEOPLE}
        with urllib.request.urlopen(f"{url}/readyz", timeout=30) as answer:
            assert answer.status == 200, "the server is not ready any more"
        assert server.poll() is None, "the server has ended"
    finally:
        server.terminate()
        server.wait(60)
total = sum(counts.values())
print(f"schema: {total} made-up requests as {len(counts)} people, no failure of the server: {counts}")
assert total > 500, "too few to mean anything"
