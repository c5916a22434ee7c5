"""What lies in deploy/ fits the program: settings exist, units parse, checks pass."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import django
import pytest
from ruamel.yaml import YAML

from tests.fronting import configuration
from tests.world import ROOT

DEPLOY = ROOT / "deploy"
TABLES = (ROOT / "docs/technical.md").read_text()
KNOWN = re.findall(r"^\| ((?:`[A-Z_]+`(?:, )?)+) \|", TABLES, re.MULTILINE)
SETTINGS = {name for group in KNOWN for name in re.findall(r"`([A-Z_]+)`", group)}
EXAMPLE = {
    name: value
    for line in (DEPLOY / "satupintu.env.example").read_text().splitlines()
    if re.match(r"[A-Z]", line)
    for name, _, value in [line.partition("=")]
}


def test_the_example_of_the_environment_names_settings_and_holds_no_secret() -> None:
    assert set(EXAMPLE) <= SETTINGS
    for name in EXAMPLE:
        if re.search(r"SECRET|PASSWORD|TOKEN", name):
            assert EXAMPLE[name] == ""
    assert "SATUPINTU_SANDBOX" not in EXAMPLE


def compose() -> dict[str, Any]:
    yaml = YAML(typ="safe")
    found: dict[str, Any] = yaml.load((DEPLOY / "compose/compose.yaml").read_text())
    return found


def test_the_compose_file_names_settings_and_files_that_exist() -> None:
    told = compose()
    services = told["services"]
    nodes = {"web1", "web2", "live", "worker1", "worker2", "signer", "sms", "migrate"}
    assert set(services) == nodes | {"db", "nginx"}
    for name in nodes:
        assert set(services[name]["environment"]) <= SETTINGS
        assert services[name]["env_file"] == "satupintu.env"
    for service in services.values():
        for volume in service["volumes"]:
            source = volume.split(":")[0]
            if not source.startswith("."):
                assert source in told["volumes"]
            elif source not in ("./keys", "./tls"):  # these are the city's own
                assert (DEPLOY / "compose" / source).exists(), source
    upstream = (DEPLOY / "compose/upstream.conf").read_text()
    assert set(re.findall(r"server (\w+):", upstream)) == {"web1", "web2", "live"}


def test_the_program_runs_with_what_gets_into_the_image_and_no_secret_gets_there(
    tmp_path: Path,
) -> None:
    told = (ROOT / ".dockerignore").read_text().splitlines()
    assert "*" in told
    image = tmp_path / "image"
    for name in (line[1:] for line in told if line.startswith("!")):
        assert name != "deploy", "keys, tls and satupintu.env lie there"
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, image / name)
        else:
            shutil.copy(ROOT / name, image / name)
    copied = re.findall(
        r"^COPY (\S+)", (DEPLOY / "compose/Containerfile").read_text(), re.MULTILINE
    )
    assert all((image / name).exists() for name in copied)
    checked = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=image,
        env=production(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr


def test_every_command_that_is_started_exists() -> None:
    commands = "\n".join(path.read_text() for path in DEPLOY.rglob("*") if path.is_file())
    for name in re.findall(r"manage\.py ([a-z_]+)", commands):
        known = {"migrate", "collectstatic", "procrastinate"}
        own = list(ROOT.glob(f"satupintu/*/management/commands/{name}.py"))
        assert name in known or own, name
    for module, _ in re.findall(r"(satupintu\.site\.\w+):(application)", commands):
        assert (ROOT / (module.replace(".", "/") + ".py")).exists()
    assert (ROOT / "satupintu/site/granian-logs.json").exists()


def production(folder: Path, **more: str) -> dict[str, str]:
    given = {name: value for name, value in EXAMPLE.items() if value}
    return given | {
        "PATH": "/usr/bin:/bin",
        "SATUPINTU_SECRET_KEY": "aB3" * 20 + "unlike-any-other-4711",
        "SATUPINTU_DATA": str(folder),
        "SATUPINTU_STATIC_ROOT": str(folder / "static"),
        "DATABASE_URL": "postgresql:///nowhere",
        "FILE_KEYS": __file__,
        **more,
    }


@pytest.mark.requirement("PLB-11-2-a")
def test_the_settings_of_the_example_are_fit_for_service(tmp_path: Path) -> None:
    (tmp_path / "static").mkdir()
    checked = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env=production(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr
    assert "no issues" in checked.stdout


def test_a_public_address_refuses_the_sandbox(tmp_path: Path) -> None:
    started = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env=production(tmp_path, SATUPINTU_SANDBOX="1"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert started.returncode != 0
    assert "SATUPINTU_SANDBOX" in started.stderr


@pytest.mark.requirement("MTR-7-2")
@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
def test_systemd_takes_the_units() -> None:
    units = sorted(map(str, DEPLOY.glob("systemd/*.service")))
    said = subprocess.run(
        ["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False
    ).stderr
    # The program is not installed where the tests run.
    assert not [line for line in said.splitlines() if "is not executable" not in line]


@pytest.mark.skipif(not shutil.which("nginx"), reason="no nginx here")
def test_nginx_takes_its_configuration(tmp_path: Path) -> None:
    whole = tmp_path / "nginx.conf"
    whole.write_text(configuration(tmp_path))
    said = subprocess.run(
        ["nginx", "-t", "-c", str(whole)], capture_output=True, text=True, check=False
    )
    assert said.returncode == 0, said.stderr


def test_an_office_behind_one_address_gets_in_at_eight_o_clock() -> None:
    text = (ROOT / "deploy/nginx/satupintu.conf").read_text()

    def let_in(zone: str, seconds: int) -> int:
        rate = re.search(rf"zone={zone}:\w+ rate=(\d+)r/s", text)
        burst = re.search(rf"zone={zone} burst=(\d+)", text)
        assert rate
        assert burst
        return int(burst[1]) + seconds * int(rate[1])

    officers = 150
    assert let_in("signin", 10) >= officers * 4, "form and answer, second factor and answer"
    assert let_in("pages", 10) >= officers * 10
    listeners = re.search(r"limit_conn listeners (\d+)", text)
    assert listeners
    assert int(listeners[1]) >= officers


def test_the_list_of_packages_holds_every_pin_with_its_hashes() -> None:
    text = (ROOT / "requirements/base.txt").read_text()
    made = json.loads(
        subprocess.run(
            [sys.executable, "-m", "launcher.sbom", "requirements/base.txt"],
            cwd=ROOT, capture_output=True, text=True, check=True,
        ).stdout
    )  # fmt: skip
    parts = {one["name"]: one for one in made["components"]}
    assert len(parts) == len(re.findall(r"^[\w.\[\],-]+==", text, re.MULTILINE))
    assert parts["django"]["purl"] == f"pkg:pypi/django@{django.__version__}"
    assert sum(len(one["hashes"]) for one in parts.values()) == text.count("--hash=sha256:")
    assert (made["bomFormat"], made["specVersion"]) == ("CycloneDX", "1.6")
