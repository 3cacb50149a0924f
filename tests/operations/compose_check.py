"""The compose file, read by the real Compose binary: valid, without a default secret, and with nothing published but nginx.

Argument: the docker-compose binary. Needs no engine.
"""

import json
import os
import re
import subprocess
import sys
import tempfile

from upstream import Server

COMPOSE = sys.argv[1]
PATHS = {"KAZUMI_SIGNING_KEY_PATH": "/nonexistent/signing-key.pem", "KAZUMI_TLS_DIR": ""}


def config(values, *arguments):
    """Runs `docker-compose config` with these variables and no others."""
    with tempfile.NamedTemporaryFile("w", suffix=".env") as file:
        file.writelines(f"{name}={value}\n" for name, value in values.items())
        file.flush()
        environment = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")}
        command = [COMPOSE, "--env-file", file.name, "--profile", "*", "-f", "docker-compose.yml", "config", *arguments]
        return subprocess.run(command, env=environment, capture_output=True, text=True)


def variables():
    """Names in .env.example, and those that docker-compose.yml uses (all, and the required ones)."""
    with open(".env.example") as file:
        example = dict(re.findall(r"^([A-Z_]+)=(.*)$", file.read(), re.M))
    with open("docker-compose.yml") as file:
        text = "\n".join(line for line in file if not line.lstrip().startswith("#"))
    return example, set(re.findall(r"\$\{([A-Z_]+)", text)), set(re.findall(r"\$\{([A-Z_]+):\?", text))


def the_example_names_every_variable_and_holds_no_value(example, used):
    assert set(example) == used, f"differ: {set(example) ^ used}"
    assert not any(example.values()), "a value in .env.example works"


def every_required_value_is_missed_by_name(filled, required):
    assert config({}).returncode != 0
    for name in sorted(required):
        for values in ({**filled, name: ""}, {k: v for k, v in filled.items() if k != name}):
            result = config(values, "--quiet")
            assert result.returncode != 0, f"{name} is not required"
            assert name in result.stderr, f"the message does not name {name}: {result.stderr}"


def every_password_is_required(filled, required):
    secret = {name for name in filled if re.search("PASSWORD|SECRET|KEY", name)}
    assert secret <= required, f"has a default: {secret - required}"


def only_nginx_is_published_and_all_are_confined(services):
    assert {name for name, service in services.items() if service.get("ports")} == {"nginx"}
    for name, service in services.items():
        assert service["cap_drop"] == ["ALL"] and not service.get("cap_add"), f"{name} has capabilities"
        assert service["security_opt"] == ["no-new-privileges:true"], f"{name} may gain privileges"
        assert service["read_only"] is True, f"{name} may write to its image"
        assert service.get("user") not in ("root", "0"), f"{name} runs as root"
        assert "privileged" not in service and service.get("network_mode") is None, f"{name} is not confined"
        limits = service["deploy"]["resources"]["limits"]
        assert limits["memory"] and limits["cpus"] and limits["pids"], f"{name} has no limits"
        assert name == "migrate" or service.get("healthcheck"), f"{name} has no health check"


def the_running_server_does_not_know_the_owners_password(services):
    assert "test-KAZUMI_DB_OWNER_PASSWORD" not in json.dumps(services["api"])
    assert "test-KAZUMI_DB_SUPERUSER_PASSWORD" not in json.dumps(services["api"])


def the_server_knows_every_variable_it_is_given(services):
    with open("src/config/mod.rs") as file:
        known = set(re.findall(r'"(KAZUMI_[A-Z_]+)"', file.read()))
    given = set(services["api"]["environment"]) | set(services["migrate"]["environment"])
    assert given <= known, f"src/config/mod.rs does not read {given - known}"


def the_database_has_no_way_out(document):
    assert list(document["services"]["db"]["networks"]) == ["data"]
    assert document["networks"]["data"]["internal"] is True


def the_health_check_of_the_api_follows_readiness(services):
    command = services["api"]["healthcheck"]["test"]
    assert command[0] == "CMD"
    server = Server()
    # Compose prints a literal dollar sign as two.
    command = [part.replace("$$", "$").replace("8000", str(server.port)) for part in command[1:]]
    outcome = lambda: subprocess.run(command, capture_output=True, timeout=10).returncode  # noqa: E731
    assert outcome() == 0
    server.readiness = 503
    assert outcome() != 0
    server.stop()
    assert outcome() != 0


example, used, required = variables()
filled = {name: PATHS.get(name, f"test-{name}") for name in example}
the_example_names_every_variable_and_holds_no_value(example, used)
every_password_is_required(filled, required)
assert (result := config(filled, "--quiet")).returncode == 0, result.stderr
assert not result.stderr, f"Compose warns: {result.stderr}"
every_required_value_is_missed_by_name(filled, required)
document = json.loads(config(filled, "--format", "json").stdout)
only_nginx_is_published_and_all_are_confined(document["services"])
the_running_server_does_not_know_the_owners_password(document["services"])
the_server_knows_every_variable_it_is_given(document["services"])
the_database_has_no_way_out(document)
the_health_check_of_the_api_follows_readiness(document["services"])
