"""The database container's first start, on a PostgreSQL of our own: the role script makes five roles with the rights they need
and no more, and the migrations run as the owner. Starts one server on a Unix socket and ends it.
"""

import glob
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time

SCRIPT = "docker/postgres/10-roles.sh"
ROLES = ("owner", "app", "writer", "registrar", "backup")
# Quotes and dollars: a password must not be able to become SQL or shell.
PASSWORDS = {role: f"it's $HOME {role}" for role in ROLES}


def binaries():
    """The folder of initdb and postgres: the newest installed."""
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"), key=lambda path: int(path.split("/")[4]))
    path = found[-1] if found else shutil.which("initdb")
    assert path, "PostgreSQL is missing: sudo apt-get install postgresql"
    return os.path.dirname(path)


def unprivileged():
    """Arguments for a process that PostgreSQL accepts: it refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwnam("postgres")
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


class Cluster:
    def __init__(self, folder):
        self.folder, self.data = folder, f"{folder}/data"
        demoted = unprivileged()
        if demoted:
            os.chown(folder, demoted["user"], demoted["group"])
        with open(f"{folder}/password", "w") as file:
            file.write("superuser")
        os.chmod(f"{folder}/password", 0o644)
        arguments = ["--pgdata", self.data, "--username=postgres", f"--pwfile={folder}/password", "--no-sync", "--encoding=UTF8"]
        arguments += ["--auth-local=scram-sha-256", "--auth-host=scram-sha-256"]
        bin_folder = binaries()
        subprocess.run([f"{bin_folder}/initdb", *arguments], check=True, capture_output=True, cwd="/", **demoted)
        command = [f"{bin_folder}/postgres", "-D", self.data, "-c", "listen_addresses=", "-k", folder, "-c", "fsync=off"]
        self.log = open(f"{folder}/log", "w")
        self.process = subprocess.Popen(command, cwd="/", stdout=self.log, stderr=self.log, **demoted)
        deadline = time.monotonic() + 30
        while self.psql("postgres", "superuser", "postgres", "select 1").returncode != 0:
            assert self.process.poll() is None and time.monotonic() < deadline, "PostgreSQL did not start"
            time.sleep(0.05)

    def environment(self, password):
        return {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "PGHOST": self.folder, "PGPASSWORD": password}

    def psql(self, user, password, database, *statements, files=()):
        command = ["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-U", user, "-d", database]
        command += [part for statement in statements for part in ("-c", statement)]
        command += [part for file in files for part in ("-f", file)]
        return subprocess.run(command, env=self.environment(password), capture_output=True, text=True)

    def ask(self, user, statement, database="kazumi"):
        """Answer of one statement as one of the five roles (short name), or as the superuser."""
        password = PASSWORDS.get(user, "superuser")
        result = self.psql(f"kazumi_{user}" if user in ROLES else user, password, database, statement)
        assert result.returncode == 0, result.stderr
        return result.stdout.strip()

    def make_roles(self):
        environment = self.environment("superuser") | {"POSTGRES_USER": "postgres"}
        environment |= {f"KAZUMI_DB_{role.upper()}_PASSWORD": password for role, password in PASSWORDS.items()}
        return subprocess.run([SCRIPT], env=environment, capture_output=True, text=True)

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        self.process.wait(30)
        self.log.close()


def no_role_has_special_rights(cluster):
    special = "rolsuper or rolbypassrls or rolcreatedb or rolcreaterole or rolreplication or not rolcanlogin"
    rows = cluster.ask("postgres", f"select rolname, {special} from pg_roles where rolname like 'kazumi%' order by 1")
    assert rows.split() == [f"kazumi_{role}|f" for role in sorted(ROLES)], rows


def each_role_signs_in_with_its_own_password_only(cluster):
    for role in ROLES:
        assert cluster.ask(role, "select current_user") == f"kazumi_{role}"
        other = cluster.psql(f"kazumi_{role}", PASSWORDS["app" if role != "app" else "owner"], "kazumi", "select 1")
        assert other.returncode != 0 and "password authentication failed" in other.stderr


def the_owner_owns_and_the_others_create_nothing(cluster):
    assert cluster.ask("postgres", "select datdba::regrole from pg_database where datname = 'kazumi'") == "kazumi_owner"
    for role in ROLES[1:]:
        for statement in ("create table t ()", "create schema s", "create temp table t ()"):
            result = cluster.psql(f"kazumi_{role}", PASSWORDS[role], "kazumi", statement)
            assert result.returncode != 0 and "permission denied" in result.stderr, f"{role}: {statement}"


def the_migrations_run_as_the_owner(cluster):
    files = sorted(glob.glob("sql/migrations/V*.sql"), key=lambda path: int(os.path.basename(path)[1:].split("__")[0]))
    assert files, "there are no migrations"
    result = cluster.psql("kazumi_owner", PASSWORDS["owner"], "kazumi", files=files)
    assert result.returncode == 0, result.stderr


def no_password_is_in_the_servers_log(cluster):
    # A second run fails on the first role, which is when PostgreSQL would print the statement.
    assert cluster.make_roles().returncode != 0
    with open(f"{cluster.folder}/log") as file:
        text = file.read()
    assert "already exists" in text and "it''s" not in text and "$HOME" not in text


# Short: a Unix socket's path must stay under 108 bytes.
with tempfile.TemporaryDirectory(prefix="kz-", dir="/tmp") as folder:
    cluster = Cluster(folder)
    try:
        made = cluster.make_roles()
        assert made.returncode == 0, made.stderr
        no_role_has_special_rights(cluster)
        each_role_signs_in_with_its_own_password_only(cluster)
        the_owner_owns_and_the_others_create_nothing(cluster)
        the_migrations_run_as_the_owner(cluster)
        no_password_is_in_the_servers_log(cluster)
    finally:
        cluster.stop()
