"""Twilio Programmable Messaging (https://www.twilio.com/docs/messaging/api/message-resource), read 2026-11."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from integrations.errors import Unavailable
from integrations.http import body_of, call, trouble
from integrations.sms.text import LONGEST, Text

BASE_URL: Final = "https://api.twilio.com"
_CREATED: Final = 201
_OK: Final = 200
# Codes that pass by themselves although the status is 4xx: the sender's queue is full, too many requests.
_PASSING: Final = frozenset({"21611", "20429"})
OPTED_OUT: Final = "21610"  # the recipient answered STOP to this sender
_RECENT: Final = timedelta(hours=2)


@dataclass(frozen=True)
class Twilio:
    """One account. `sender` is a number, an alphanumeric sender or a messaging service (MG...)."""

    account: str
    token: str
    sender: str
    base_url: str = ""

    def send(self, text: Text) -> str:
        """The message's SID. Twilio knows no idempotency key: a text tried before is looked for first."""
        if text.tried_before and (known := self._sid_of(text)):
            return known
        sender = text.sender or self.sender
        form = {"To": text.to, "Body": text.body[:LONGEST]}
        form["MessagingServiceSid" if sender.startswith("MG") else "From"] = sender
        if text.status_url:
            form["StatusCallback"] = text.status_url
        answer = call("POST", self._messages, auth=(self.account, self.token), form=form)
        body = body_of(answer)
        if answer.status_code in (_OK, _CREATED) and body.get("sid"):
            return str(body["sid"])
        code = str(body.get("code") or "")
        if code in _PASSING:
            raise Unavailable(code)
        raise trouble(answer, code)

    def _sid_of(self, text: Text) -> str:
        """The SID of the same text to the same phone in the last hours, or "": what became of an earlier try."""
        query = {"To": text.to, "PageSize": "50"}
        answer = call("GET", self._messages, auth=(self.account, self.token), query=query)
        if answer.status_code != _OK:
            raise trouble(answer)
        since = datetime.now(UTC) - _RECENT
        for message in body_of(answer).get("messages", []):
            made = parsedate_to_datetime(message["date_created"])
            if message.get("body") == text.body and made >= since and message.get("status") != "failed":
                return str(message["sid"])
        return ""

    @property
    def _messages(self) -> str:
        return f"{self.base_url or BASE_URL}/2010-04-01/Accounts/{self.account}/Messages.json"


def signature(token: str, url: str, fields: Mapping[str, Iterable[str]]) -> str:
    """X-Twilio-Signature of a form posted to exactly this URL: HMAC-SHA1 over URL and sorted fields, base64."""
    signed = url + "".join(name + value for name in sorted(fields) for value in sorted(set(fields[name])))
    return base64.b64encode(hmac.new(token.encode(), signed.encode(), hashlib.sha1).digest()).decode()


def is_signed(token: str, url: str, fields: Mapping[str, Iterable[str]], given: str) -> bool:
    """Whether Twilio signed this call; compared in constant time."""
    return hmac.compare_digest(signature(token, url, fields).encode(), given.encode())
