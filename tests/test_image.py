"""The image of a host: what goes into it, and the installed wheel under the limits that a container has there."""

from __future__ import annotations

import http.client
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import pytest

from bootstrap.cli.commands import handouts, venue
from bootstrap.cli.commands.handouts import HandoutOptions
from tests import runs
from tests.needs import absent
from tests.people.handouts.test_handouts import LATER, codes
from tests.postgresql import PASSWORD, Server
from tests.simulated import HUB, REGION, Simulated, running
from tests.test_wheel import REPOSITORY, SOURCES, pip, wheel

__all__ = ["wheel"]

NOBODY, BUCKET = 10001, "venue-files"
DOCKERFILE = (REPOSITORY / "Dockerfile").read_text(encoding="utf-8")
IGNORED = (REPOSITORY / ".dockerignore").read_text(encoding="utf-8").splitlines()
# Half of what the smallest task of venue.yaml has, and a twentieth of the threads and files.
_MEMORY, _FILES = 512 * 1024**2, 256
_LIMITS = ["prlimit", f"--nofile={_FILES}", "--core=0", "--as=4294967296"]
_NO_RIGHTS = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--no-new-privs",
              "--bounding-set=-all", "--inh-caps=-all"]  # fmt: skip


def test_the_image_is_built_from_what_the_wheel_is_and_from_nothing_else() -> None:
    taken = {each.removeprefix("!") for each in IGNORED if each.startswith("!")}
    assert IGNORED[1] == "*"
    assert taken == {*SOURCES, "pyproject.toml", "requirements/build.txt", "requirements/host.txt"}
    copied = re.findall(r"^COPY (?!--)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    assert {word for line in copied for word in line.split()} == taken


def test_every_package_of_the_image_has_its_hash_and_nothing_starts_a_shell() -> None:
    installed = [line for line in re.split(r"(?<!\\)\n", DOCKERFILE) if " install " in line or "pip wheel" in line]
    assert all("--require-hashes" in line or "--no-deps" in line for line in installed)
    started = re.findall(r"^\s*(?:ENTRYPOINT|CMD) (.+)$", DOCKERFILE, re.MULTILINE)
    assert len(started) == 3
    assert all(isinstance(json.loads(each), list) for each in started)
    assert re.search(r"^USER 10001:10001$", DOCKERFILE, re.MULTILINE)
    # Secrets come neither as variables nor as arguments of the build.
    assert not re.search(r"(?i)^(ARG|ENV).*(secret|password|token|aws_)", DOCKERFILE, re.MULTILINE)


@pytest.fixture
def installed(wheel: Path) -> Iterator[Path]:
    """The tool, installed where everybody may read and nobody may write."""
    at = Path(tempfile.mkdtemp(prefix="image-"))
    pip("install", "--no-index", "--target", at / "packages", wheel, at=at)
    tool = at / "event-bootstrap"
    script = (
        f"#!{sys.executable}\nimport sys\nsys.path[:0] = [{str(at / 'packages')!r}]\nsys.argv[0] = 'event-bootstrap'\n"
    )
    tool.write_text(script + "from bootstrap.cli import main\nmain()\n", encoding="utf-8")
    for path in (at, *at.rglob("*")):
        path.chmod(0o555 if path.is_dir() or path == tool else 0o444)
    yield at
    for path in (at, *at.rglob("*")):
        path.chmod(0o755)
    shutil.rmtree(at)


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulated]:
    with running(clock="real", hub_buckets=[BUCKET]) as simulated:
        for name, value in variables(simulated).items():
            monkeypatch.setenv(name, value)
        yield simulated


def variables(aws: Simulated) -> dict[str, str]:
    return {
        "AWS_ENDPOINT_URL": aws.url,
        "AWS_ACCESS_KEY_ID": HUB["access_key_id"],
        "AWS_SECRET_ACCESS_KEY": HUB["secret_access_key"],
        "AWS_DEFAULT_REGION": REGION,
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def confined(command: list[str]) -> list[str]:
    """The command with everything read-only but /tmp, as a user without a name and a right."""
    script = "mount --bind /tmp /tmp && mount -o remount,bind,ro / && exec " + shlex.join(
        [*_LIMITS, *_NO_RIGHTS, *command]
    )
    return ["unshare", "--mount", "--propagation", "private", "sh", "-c", script]


@contextmanager
def serving(tool: Path, log: Path, *words: str, **env: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """The process and the port of `serve`, once it answers."""
    given = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "LC_ALL": "C.UTF-8", "PYTHONUNBUFFERED": "1",
             "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": sysconfig.get_path("purelib")}  # fmt: skip
    with log.open("wb") as output:
        command = confined([str(tool), "serve", "--port", "0", *words])
        process = subprocess.Popen(command, env=given | env, stdout=output, stderr=output, cwd=tool.parent)
    try:
        until = time.monotonic() + 60
        while not (found := re.search(r"http://127\.0\.0\.1:(\d+)", log.read_text(encoding="utf-8"))):
            assert process.poll() is None, log.read_text(encoding="utf-8")
            assert time.monotonic() < until
            time.sleep(0.05)
        yield process, int(found[1])
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(10)


def asked(port: int, method: str, path: str, body: str | None = None) -> int:
    """The status that the server answers with."""
    headers = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        connection.request(method, path, body, headers)
        return connection.getresponse().status


@pytest.mark.skipif("IMAGE" not in os.environ, reason="make image-check: it builds a wheel and takes a minute")
@pytest.mark.postgresql
def test_the_wheel_serves_read_only_as_nobody_and_its_password_is_nowhere(
    installed: Path, aws: Simulated, postgresql: Server, tmp_path: Path
) -> None:
    if os.geteuid() or subprocess.run(confined(["true"]), check=False, capture_output=True).returncode:
        absent("right to make a read-only mount, which root has")
    at = runs.folder(tmp_path / "laptop", teams=3, schedule=LATER)
    choice = runs.choice(at, yes=True)
    handouts.make(choice, HandoutOptions("https://ev.example.com"))
    venue.publish(choice, f"s3://{BUCKET}/day", None)
    url = urlsplit(postgresql.database())
    secret = {"username": url.username, "password": unquote(url.password or "")}
    assert secret["password"] == PASSWORD
    arn = aws.hub("secretsmanager").create_secret(Name="journal", SecretString=json.dumps(secret))["ARN"]
    journal = f"postgresql://{url.hostname}:{url.port}{url.path}?secret={quote(arn)}"
    log = tmp_path / "log"
    words = ("--from", f"s3://{BUCKET}/day")
    with serving(installed / "event-bootstrap", log, *words, EVENT_BOOTSTRAP_JOURNAL=journal, **variables(aws)) as up:
        process, port = up
        assert asked(port, "GET", "/healthz") == asked(port, "GET", "/readyz") == asked(port, "GET", "/labs") == 200
        assert asked(port, "POST", "/join/team-1", f"code={codes(at)['team-1']}") == 303
        status = dict(
            line.split(":", 1) for line in Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8").splitlines()
        )
        assert set(status["Uid"].split()) == set(status["Gid"].split()) == {str(NOBODY)}
        assert {status[each].strip() for each in ("CapEff", "CapPrm", "CapBnd")} == {"0" * 16}
        assert status["NoNewPrivs"].strip() == "1"
        peak = int(status["VmHWM"].split()[0]) * 1024
        assert peak < _MEMORY, f"{peak / 1024**2:.0f} MB"
        seen = b"".join(Path(f"/proc/{process.pid}/{each}").read_bytes() for each in ("environ", "cmdline"))
        assert all(each.encode() not in seen for each in (PASSWORD, quote(PASSWORD, safe="")))
        held = _open_files(process.pid)
        assert all(each.startswith(("/tmp/", str(log))) for each in held), held  # noqa: S108
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) in (0, -signal.SIGTERM, 130)
        assert time.monotonic() - began < 15
    said = log.read_text(encoding="utf-8")
    assert PASSWORD not in said
    assert "token" not in said
    print(f"peak {peak / 1024**2:.0f} MB, {len(held)} files open to write")  # noqa: T201


def _open_files(pid: int) -> list[str]:
    """Files that the process may write to."""
    found = []
    for each in Path(f"/proc/{pid}/fd").iterdir():
        # One that is closed meanwhile is of no matter.
        with suppress(FileNotFoundError):
            target = str(each.readlink())
            flags = int(re.findall(r"flags:\s+(\d+)", Path(f"/proc/{pid}/fdinfo/{each.name}").read_text())[0], 8)
            if target.startswith("/") and not target.startswith("/dev/") and flags & (os.O_WRONLY | os.O_RDWR):
                found.append(target)
    return found
