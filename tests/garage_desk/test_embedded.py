"""The embedded services, each time from an empty folder and as real processes."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest

from garage_desk.embedded.errors import StartError
from garage_desk.embedded.keeper import RESTARTS, Keeper
from garage_desk.embedded.process import ROOT, RunAs, spawn
from tests.garage_desk.machine import (
    add_visit,
    all_gone,
    clean_environment,
    descendants,
    embedded,
    end,
    kill,
    open_folder,
    run_embedded,
    running,
)

is_root = os.geteuid() == 0
needs_proc = pytest.mark.skipif(sys.platform != "linux", reason="the kernel ends orphans on Linux only")
needs_root = pytest.mark.skipif(not is_root, reason="only root runs the server as another account")

ELSEWHERE = {"DATABASE_URL": "postgres://elsewhere/db", "REDIS_URL": "redis://elsewhere/0"}


@pytest.fixture
def folder() -> Iterator[Path]:
    with open_folder() as found:
        yield found


def query(url: str, what: str) -> tuple[Any, ...] | None:
    with psycopg.connect(url) as connection:
        return connection.execute(what.encode()).fetchone()


# --- What a command gets ------------------------------------------------------------------------------------------
def test_command_gets_both_services(folder: Path) -> None:
    with running(folder) as services:
        assert services.database_url == f"postgres://garage_desk@/garage_desk?host={folder}/postgres&port=5432"
        assert services.redis_url == f"unix://{folder}/valkey/valkey.sock?db=0"
        role = "select rolname, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole from pg_roles"
        assert query(services.database_url, f"{role} where rolname = current_user") == (
            ("garage_desk", False, False, True, True)
        )
        database = "select pg_get_userbyid(datdba), datlocprovider, datlocale from pg_database"
        assert query(services.database_url, f"{database} where datname = current_database()") == (
            ("garage_desk", "b", "C.UTF-8")
        )
        assert query(services.database_url, "show fsync") == ("on",)


def test_what_is_configured_is_left_alone(folder: Path) -> None:
    with running(folder, **ELSEWHERE) as services:
        assert [services.database_url, services.redis_url] == list(ELSEWHERE.values())
    assert [path.name for path in folder.iterdir()] == ["lock"]


def test_tests_never_touch_what_is_configured(folder: Path) -> None:
    with running(folder, "--test", **ELSEWHERE) as services:
        assert services.redis_url == f"unix://{folder}/test/valkey/valkey.sock?db=0"
        assert query(services.database_url, "show fsync") == ("off",)


def test_exit_code_is_the_commands(folder: Path) -> None:
    assert run_embedded("--", "sh", "-c", "exit 7", data_dir=folder, **ELSEWHERE).returncode == 7


# --- Side by side, one after another -----------------------------------------------------------------------------
def test_folders_do_not_know_each_other(folder: Path) -> None:
    with running(folder / "one") as one, running(folder / "other") as other:
        assert [one.add_visit(), one.add_visit(), other.add_visit()] == [1, 2, 1]


def test_second_command_uses_the_services_that_run(folder: Path) -> None:
    with running(folder) as host:
        before = host.below()
        with running(folder) as guest:
            assert [host.add_visit(), guest.add_visit()] == [1, 2]
            assert len(guest.below()) == 1, "its command, and no server"
        assert host.below() == before
        assert host.add_visit() == 3


def test_tests_of_one_folder_wait_for_each_other(folder: Path) -> None:
    with running(folder, "--test") as first:
        second = embedded("--test", "--", "echo", "mine", data_dir=folder)
        assert second.stdout
        assert second.stdout.readline().startswith(f"Waiting for process {first.process.pid}")
        end(first.process)
        assert second.stdout.readline() == "mine\n"
        assert second.wait() == 0
        end(second)


def test_deep_folder_with_spaces(folder: Path) -> None:
    """A socket's path is limited to 107 bytes and travels in URLs; a DATA_DIR is free."""
    deep = folder / "a garage's data & more" / ("deep" * 30)
    with running(deep) as services:
        assert services.add_visit() == 1
        short = Path(psycopg.conninfo.conninfo_to_dict(services.database_url)["host"])
        assert short.is_dir()
    assert not short.exists()
    assert add_visit(deep) == 2


# --- Ends ---------------------------------------------------------------------------------------------------------
@needs_proc
@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_signal_reaches_the_command_and_stops_all(folder: Path, signum: signal.Signals) -> None:
    with running(folder) as services:
        below = services.below()
        services.process.send_signal(signum)
        assert services.process.wait() == 128 + signum
        assert all_gone(below)


@needs_proc
def test_kill_leaves_nothing_and_the_next_start_recovers(folder: Path) -> None:
    with running(folder) as services:
        services.add_visit()
        below = services.below()
        kill(services.process)
        assert add_visit(folder) == 2  # at once, while the old server may still be stopping
        assert all_gone(below)


@needs_proc
def test_kill_of_everything_at_once_is_recovered_from(folder: Path) -> None:
    with running(folder) as services:
        services.add_visit()
        kill(services.process, *services.below())
        assert add_visit(folder) == 2


@needs_proc
def test_ends_with_its_parent_when_asked_to(folder: Path) -> None:
    """As under make: a killed make tells nobody."""
    module = [sys.executable, "-m", "garage_desk.embedded", "--with-parent"]
    parent = subprocess.Popen(
        ["sh", "-c", '"$@" & wait', "sh", *module, "--", "sh", "-c", "echo up; exec sleep 600"],
        cwd=ROOT,
        env=clean_environment(folder),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout
    assert parent.stdout.readline() == "up\n"
    below = descendants(parent.pid)
    kill(parent)
    assert all_gone(below)
    end(parent)


@needs_proc
def test_forks_end_with_a_killed_master(folder: Path) -> None:
    (folder / "forker.py").write_text("import os, time\nif os.fork(): print('up', flush=True)\ntime.sleep(600)\n")
    master = subprocess.Popen(
        [sys.executable, "-m", "garage_desk.embedded.fork_guard", "forker"],
        env=os.environ | {"PYTHONPATH": f"{ROOT}:{folder}"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert master.stdout
    assert master.stdout.readline() == "up\n"
    forks = descendants(master.pid)
    assert len(forks) == 1
    kill(master)
    assert all_gone(forks)
    end(master)


# --- Trouble ------------------------------------------------------------------------------------------------------
def test_half_made_cluster_is_made_again(folder: Path) -> None:
    half = folder / "postgres" / "data.unfinished"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18")
    assert add_visit(folder) == 1


@needs_proc
def test_stranger_with_the_number_of_a_dead_server_is_no_obstacle(folder: Path) -> None:
    """As in a restarted container, where process numbers begin anew."""
    assert add_visit(folder) == 1
    (folder / "postgres" / "data" / "postmaster.pid").write_text(f"{os.getpid()}\n{folder}/postgres/data\n")
    (folder / "valkey" / "pid").write_text(str(os.getpid()))
    assert add_visit(folder) == 2


def test_broken_cluster_is_reported_with_its_log(folder: Path) -> None:
    add_visit(folder)
    (folder / "postgres" / "data" / "PG_VERSION").write_text("9\n")
    ran = run_embedded("--", "true", data_dir=folder)
    assert ran.returncode == 1
    assert ran.stderr.startswith(f"\nPostgreSQL did not start. The end of {folder}/postgres/log:\n")
    assert "Traceback" not in ran.stderr


def test_broken_disposable_cluster_is_made_again(folder: Path) -> None:
    add_visit(folder, "--test")
    (folder / "test" / "postgres" / "data" / "PG_VERSION").write_text("9\n")
    assert add_visit(folder, "--test") == 1


def test_wrong_binaries_are_named(folder: Path) -> None:
    ran = run_embedded("--", "true", data_dir=folder, PG_BIN=str(folder))
    assert ran.returncode == 1
    assert ran.stderr.startswith(f"\nPG_BIN={folder}: no PostgreSQL there that ")


def test_unknown_command_is_one_line(folder: Path) -> None:
    ran = run_embedded("--", "no-such-command", data_dir=folder, **ELSEWHERE)
    assert (ran.returncode, ran.stderr) == (1, "\nno-such-command: No such file or directory.\n")


def test_serve_says_that_the_port_is_taken(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        ran = run_embedded("--serve", data_dir=folder, PORT=str(port))
    assert (ran.returncode, ran.stderr) == (
        1,
        f"\nPort {port} on 127.0.0.1: address already in use. Choose another one: make run PORT={port + 1}\n",
    )


def test_serve_embeds_nothing_in_production(folder: Path) -> None:
    ran = run_embedded("--serve", data_dir=folder, DEBUG="0", SECRET_KEY="secret", PORT="0")
    assert (ran.returncode, ran.stderr) == (
        1,
        "\nWith DEBUG=0 nothing is embedded or made up: set DATABASE_URL, REDIS_URL (see .env.example).\n",
    )


def test_serve_refuses_a_folder_in_use(folder: Path) -> None:
    with running(folder) as host:
        ran = run_embedded("--serve", data_dir=folder, PORT="0")
    assert ran.returncode == 1
    assert ran.stderr == f"\n{folder} is in use by process {host.process.pid}: stop it, or choose another DATA_DIR.\n"


class Mayfly:
    """A part that ends at once."""

    name = "The mayfly"

    def __init__(self) -> None:
        self.starts = 0
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.starts += 1
        self.process = spawn(["sh", "-c", "exit 3"])
        self.process.wait()


def test_what_died_is_started_again_and_what_keeps_dying_ends_the_run(capsys: pytest.CaptureFixture[str]) -> None:
    mayfly = Mayfly()
    mayfly.start()
    keeper = Keeper([mayfly])
    for _ in range(RESTARTS):
        keeper.check()
    with pytest.raises(StartError, match=r"^The mayfly keeps ending \(code 3\)\. Everything is stopped\.$"):
        keeper.check()
    assert mayfly.starts == 1 + RESTARTS
    assert capsys.readouterr().err == "The mayfly has ended with code 3: it is started again.\n" * RESTARTS


# --- Accounts -----------------------------------------------------------------------------------------------------
@needs_root
def test_server_of_root_does_not_run_as_root(folder: Path) -> None:
    owners = {}
    with running(folder) as services:
        for pid in services.below():
            with suppress(FileNotFoundError):  # PostgreSQL's workers come and go
                owners[Path(f"/proc/{pid}/comm").read_text().strip()] = Path(f"/proc/{pid}").stat().st_uid
    assert owners["postgres"] != 0


@needs_root
def test_root_keeps_an_unreachable_cluster_elsewhere(folder: Path) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    assert [add_visit(closed), add_visit(closed)] == [1, 2]
    link = closed / "postgres"
    assert link.is_symlink()
    shutil.rmtree(link.resolve())
    assert add_visit(closed) == 1, "a cluster that is gone is made again"


@pytest.mark.skipif(not is_root, reason="an ordinary user runs all of these tests as an ordinary user")
def test_ordinary_user(folder: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    run_as = RunAs(user=nobody.pw_uid, group=nobody.pw_gid, extra_groups=[])
    try:
        reaches_python = subprocess.run([sys.executable, "--version"], check=False, **run_as).returncode == 0
    except PermissionError:
        reaches_python = False
    if not reaches_python:
        pytest.skip("an ordinary user cannot reach this Python")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    assert [add_visit(folder, run_as=run_as), add_visit(folder, run_as=run_as)] == [1, 2]
    assert (folder / "postgres" / "data").stat().st_uid == nobody.pw_uid
