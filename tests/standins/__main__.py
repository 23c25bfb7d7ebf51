"""Partners on this machine, to try the product by hand: a mail server, Twilio, Telegram and DVSA.

Prints the settings to start the product with, then what it is sent. A line typed here is what is answered next: `500`,
`429`, `hang`, `reset`, `garbage` or `accept-then-die`, several separated by commas, from the partner named before them
(`sms hang`, `mail 451,reset`) or from all. `start TOKEN` presses Start in Telegram, after `manage.py telegram_hook`.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from contextlib import ExitStack

import django

from tests.standins import telegram
from tests.standins.http import FAULTS, Answer, Call, Partner
from tests.standins.smtp import MailServer
from tests.standins.twilio import Twilio

SETTINGS = """\
EMAIL_URL={mail} SMS_URL='twilio://AC1:token@/?from=%2B447700900456' TWILIO_BASE_URL={sms} \
TELEGRAM_BOT_TOKEN={token} TELEGRAM_BOT_NAME=GarageDeskBot TELEGRAM_BASE_URL={telegram} \
DVSA_CLIENT_ID=client DVSA_CLIENT_SECRET=secret DVSA_API_KEY=key DVSA_TOKEN_URL={dvsa}/token DVSA_BASE_URL={dvsa}"""


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.standins",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--port", type=int, default=8900, help="the first of four, one a partner; 0 takes any")
    first = parser.parse_args().port
    bot = telegram.Telegram()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "garage_desk.settings")
    django.setup()  # the sample cars stand among the product's models
    from tests.standins.dvsa import DvsaServer

    manners: dict[str, Callable[[Call], Answer]] = {"sms": Twilio(), "telegram": bot, "dvsa": DvsaServer()}
    with ExitStack() as stack:
        partners: dict[str, MailServer | Partner] = {
            "mail": stack.enter_context(
                MailServer(first, heard=lambda mail: print(f"mail to {mail['To']}: {mail['Subject']}", flush=True))
            )
        }
        for number, name in enumerate(manners, start=1):
            served = Partner(_aloud(name, manners[name]), port=first and first + number)
            partners[name] = stack.enter_context(served)
        addresses = {name: partner.url for name, partner in partners.items()}
        print(SETTINGS.format(token=telegram.TOKEN, **addresses), flush=True)
        for line in sys.stdin:
            name, _space, rest = line.strip().rpartition(" ")
            if name == "start":
                print(bot.press_start(rest), flush=True)
            else:
                print(_next(partners, name, rest.split(",")), flush=True)


def _next(partners: dict[str, MailServer | Partner], name: str, faults: list[str]) -> str:
    """Have the partner of this name, or all, answer with these faults next; what to say of it."""
    if unknown := [fault for fault in faults if not (fault in FAULTS or fault.isdecimal())]:
        return f"No fault is called {unknown[0]!r}: there are {', '.join(FAULTS)}."
    if name and name not in partners:
        return f"Nobody is called {name!r}: there are {', '.join(partners)}."
    for one in [partners[name]] if name else partners.values():
        one.faults.extend(faults)
    return f"{name or 'all'}: {', '.join(faults)} next"


def _aloud(name: str, manners: Callable[[Call], Answer]) -> Callable[[Call], Answer]:
    def said(call: Call) -> Answer:
        print(f"{name}: {call.method} {call.path} {call.body.decode()}", flush=True)
        return manners(call)

    return said


if __name__ == "__main__":
    main()
