"""docker-compose.yml and Dockerfile against the code: commands, queues, settings, volumes. No Docker is needed."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docker-compose.yml").read_text()
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(TEXT)["services"]
SHOP = ("migrate", "web", "worker-realtime", "worker-training", "beat")


def words(service: str) -> list[str]:
    """Return the service's command as words."""
    return " ".join(SERVICES[service]["command"]).split()


def test_each_server_and_each_process_is_a_service():
    assert set(SERVICES) == {"postgres", "redis", "mongodb", "mongodb-init", *SHOP}


def test_the_commands_exist():
    commands = {name: words(name) for name in SHOP}

    called = re.findall(r"manage\.py (\w+)", " ".join(commands["migrate"]))
    assert called == ["migrate", "migrate", "collectstatic"]
    assert set(called) <= set(get_commands())
    assert commands["web"][:2] == ["gunicorn", "config.wsgi"]
    assert {tuple(commands[name][:4]) for name in SHOP[2:]} == {
        ("celery", "-A", "config", "worker"),
        ("celery", "-A", "config", "beat"),
    }


def test_the_workers_read_every_queue_and_no_other():
    read = [words(name)[words(name).index("-Q") + 1] for name in SHOP if "-Q" in words(name)]

    assert read == ["realtime,catalogue", "training"]  # in this order: events first
    assert ",".join(read).split(",") == [queue.name for queue in settings.CELERY_TASK_QUEUES]


def test_the_shops_processes_share_one_volume_for_data():
    assert {tuple(SERVICES[name]["volumes"]) for name in SHOP} == {("data:/data",)}
    assert {SERVICES[name]["environment"]["DATA_DIR"] for name in SHOP} == {"/data"}


def test_whatever_is_waited_for_says_when_it_is_ready():
    for service in SERVICES.values():
        for name, wait in service.get("depends_on", {}).items():
            if wait["condition"] == "service_healthy":
                assert "healthcheck" in SERVICES[name]
            else:
                assert wait["condition"] == "service_completed_successfully"
                assert SERVICES[name]["restart"] in {"no", "on-failure"}
    assert {name for name, service in SERVICES.items() if "healthcheck" in service} == {
        "postgres", "redis", "mongodb", "web", "worker-realtime", "worker-training",
    }  # fmt: skip


def test_secrets_come_from_outside_and_are_described():
    described = (ROOT / ".env.example").read_text()
    asked = dict(re.findall(r"\$\{([A-Z_]+)(:?[?-])", TEXT))

    assert asked == {"SECRET_KEY": ":?", "POSTGRES_PASSWORD": ":?", "PORT": ":-"}
    assert {name for name in asked if f"#{name}=" not in described} == set()
    assert ".env" in (ROOT / ".dockerignore").read_text().splitlines()


@pytest.mark.parametrize("service", SHOP)
def test_the_settings_take_the_environment(service, tmp_path):
    environment = {
        name: re.sub(r"\$\{[^}]+\}", "made-up", value) for name, value in SERVICES[service]["environment"].items()
    }
    result = subprocess.run(
        [sys.executable, "-c", SHOWN], cwd=ROOT, env=os.environ | environment | {"DATA_DIR": str(tmp_path)},
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip

    assert result.stdout.split() == ["postgres", "mongodb://mongodb:27017/kindred?replicaSet=rs0", "redis"], (
        result.stderr
    )


SHOWN = """
from urllib.parse import urlsplit
from django.conf import settings
print(settings.DATABASES["default"]["HOST"], settings.DATABASES["behaviour"]["HOST"])
print(urlsplit(settings.CELERY_BROKER_URL).hostname)
"""


def test_the_image_installs_what_is_locked_and_is_not_run_by_root():
    lines = (ROOT / "Dockerfile").read_text().splitlines()

    assert any("pip install" in line and "--require-hashes -r requirements.txt" in line for line in lines)
    assert any(line.startswith("RUN npm ci") for line in lines)
    assert lines.index("USER kindred") > max(place for place, line in enumerate(lines) if line.startswith("RUN"))
    assert {line for line in lines if re.search(r"SECRET|PASSWORD", line)} == set()
