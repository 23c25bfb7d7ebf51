"""`python -m tests.standins`: a mail server and a Twilio on this machine, to try the product by hand.

Prints the settings to start the product with, then what it is sent. `--faults 451,accept-then-die,500` are answered
first, to whichever of the two is asked.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any

from tests.standins.http import Answer, Call, Partner
from tests.standins.smtp import MailServer
from tests.standins.twilio import Twilio


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.standins", description=__doc__)
    parser.add_argument("--faults", default="", help="answered first, one a message, separated by commas")
    faults = [fault for fault in parser.parse_args().faults.split(",") if fault]
    twilio = Twilio()
    with MailServer() as mails, Partner(_said_aloud(twilio)) as texts:
        mails.faults.extend(faults)
        texts.faults.extend(faults)
        print(f"EMAIL_URL={mails.url} SMS_URL='twilio://AC1:token@/?from=%2B447700900456' TWILIO_BASE_URL={texts.url}")
        seen = 0
        while True:
            for mail in mails.mails[seen:]:
                print(f"mail to {mail['To']}: {mail['Subject']} {mail['Message-ID']}", flush=True)
            seen = len(mails.mails)
            time.sleep(0.2)


def _said_aloud(manners: Callable[[Call], Answer]) -> Callable[[Call], Answer]:
    def said(call: Call) -> Answer:
        if call.method == "POST":
            fields: dict[str, Any] = call.fields
            print(f"text to {fields.get('To')}: {fields.get('Body')}", flush=True)
        return manners(call)

    return said


if __name__ == "__main__":
    main()
