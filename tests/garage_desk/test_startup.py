"""`make run`'s own way in: from an empty folder to a desk somebody works at, through a kill, and to the end."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from garage_desk.embedded.process import ROOT
from tests.garage_desk.machine import all_gone, clean_environment, descendants, end, kill, open_folder, until

PASSWORD = "garage-desk-demo"


class Product:
    """The whole product, started as `make run` starts it."""

    def __init__(self, data_dir: Path) -> None:
        data_dir.mkdir(exist_ok=True)
        self.data_dir = data_dir
        self.log = data_dir / "output"
        with self.log.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "garage_desk.embedded", "--serve"],
                cwd=ROOT,
                env=clean_environment(data_dir, PORT="0"),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                text=True,
            )
        assert until(lambda: self.is_open() or self.process.poll() is not None)
        assert self.is_open(), self.output()

    def output(self) -> str:
        return self.log.read_text()

    def is_open(self) -> bool:
        return "Ctrl-C stops it." in self.output()

    @property
    def url(self) -> str:
        found = re.search(r"Garage Desk is open at (\S+)/\n", self.output())
        assert found
        return found[1]

    def is_ready(self) -> bool:
        return requests.get(f"{self.url}/health/ready", timeout=30).status_code == 200

    def log_in(self, email: str) -> requests.Response:
        """Log in as a browser does; the page one lands on."""
        with requests.Session() as browser:
            page = browser.get(f"{self.url}/login/", timeout=30)
            token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)
            assert token
            filled_in = {"login": email, "password": PASSWORD, "csrfmiddlewaretoken": token[1]}
            return browser.post(page.url, data=filled_in, headers={"Referer": page.url}, timeout=30)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with open_folder() as found:
        yield found


@pytest.fixture(scope="module")
def product(folder: Path) -> Iterator[Product]:
    started = Product(folder)
    yield started
    end(started.process)


def test_address_and_log_ins_are_printed(product: Product) -> None:
    assert "reception@northgate.example" in product.output()
    assert PASSWORD in product.output()


def test_log_in_page_is_served_from_an_empty_folder(product: Product) -> None:
    page = requests.get(product.url, timeout=30)
    assert (page.url.split("?")[0], page.status_code) == (f"{product.url}/login/", 200)


def test_receptionist_reaches_the_desk(product: Product) -> None:
    desk = product.log_in("reception@northgate.example")
    assert (desk.url, desk.status_code) == (f"{product.url}/g/northgate/desk/", 200)
    assert re.findall(r"<h[12][^>]*>\s*(Bookings|New booking)\s*</h", desk.text) == ["Bookings", "New booking"]


def test_worker_gives_signs_of_life(product: Product) -> None:
    assert until(product.is_ready)


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel ends orphans on Linux only")
def test_kill_leaves_nothing_and_the_next_start_has_the_data(product: Product) -> None:
    assert until(product.is_ready)
    below = descendants(product.process.pid)
    kill(product.process)
    assert all_gone(below)

    again = Product(product.data_dir)
    try:
        assert again.log_in("reception@lakeside.example").url == f"{again.url}/g/lakeside/desk/"
        below = descendants(again.process.pid)
        again.process.send_signal(signal.SIGINT)
        assert again.process.wait(60) == 0
        assert all_gone(below)
        assert again.output().endswith("\nGarage Desk has stopped.\n")
    finally:
        end(again.process)
