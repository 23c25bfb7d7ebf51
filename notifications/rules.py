"""What a garage sends, by which channel: its own rules where it made some, else these. One query reads them all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any, Final

from bookings.slots import moment
from customers.enums import Purpose
from garages.models import Garage
from garages.rows import columns, instance, prepared
from notifications.enums import DUE, Channel, Kind, Way
from notifications.models import NUDGE_HOURS, WARN_HOURS, usual_due_days


@dataclass(frozen=True)
class Rule:
    """Whether a kind is sent, and by which channels, the best first."""

    is_on: bool
    channels: tuple[Channel, ...]
    every_channel: bool = False

    @property
    def way(self) -> Way:
        return Way(("+" if self.every_channel else " ").join(self.channels))


@dataclass(frozen=True)
class Reminder:
    """When to remind, and by which channels where those of all reminders are not meant. `pk` is None for the one that
    holds where the garage made no rule."""

    pk: int | None
    hours_before: int | None
    days_before: int | None
    at: time | None
    weekdays: frozenset[int]
    channels: tuple[Channel, ...]

    def due(self, starts_at: datetime, garage: Garage) -> datetime | None:
        """The moment to remind of a visit that starts then, in UTC; None when it is not for that day of the week."""
        local = starts_at.astimezone(garage.zone)
        if local.weekday() not in self.weekdays:
            return None
        if self.hours_before is not None:
            return starts_at - timedelta(hours=self.hours_before)
        assert self.days_before is not None
        assert self.at is not None
        return moment(local.date() - timedelta(days=self.days_before), self.at, garage.zone)


_EMAIL_FIRST: Final = (Channel.EMAIL, Channel.SMS)
_SMS_FIRST: Final = (Channel.SMS, Channel.EMAIL)
TO_HAND: Final = Way.TO_HAND.channels
DEFAULTS: Final[dict[Kind, Rule]] = {
    **{kind: Rule(True, _EMAIL_FIRST) for kind in Kind},
    Kind.READY: Rule(True, _SMS_FIRST),
    Kind.WAITING_OFFER: Rule(True, _SMS_FIRST),
    Kind.REMINDER: Rule(True, _SMS_FIRST),
    Kind.REQUEST_TO_STAFF: Rule(True, (Channel.EMAIL,)),
    Kind.UNANSWERED: Rule(True, (Channel.EMAIL,)),
    Kind.UNCONFIRMED: Rule(True, _SMS_FIRST),
    Kind.ASSIGNED: Rule(False, TO_HAND),
    **{kind: Rule(False, _EMAIL_FIRST) for kind in DUE},
}
DEFAULT_REMINDER: Final = Reminder(None, None, 1, time(10), frozenset(range(7)), ())


@dataclass(frozen=True)
class Colleague:
    """Where a member of the team is reached, and of what they asked to be told. `chat` and `phone` blank: not so."""

    member: int
    email: str
    chat: str = ""
    phone: str = ""
    kinds: frozenset[str] = frozenset()

    def to(self, channel: Channel) -> str:
        return {Channel.TELEGRAM: self.chat, Channel.SMS: self.phone, Channel.EMAIL: self.email}[channel]

    def reached(self, channels: Iterable[Channel] = TO_HAND) -> list[tuple[Channel, str]]:
        """The first of the channels that reaches them, and where; none when nothing does."""
        return [(channel, to) for channel in channels if (to := self.to(channel))][:1]


@dataclass(frozen=True)
class Rules:
    """One garage's ways of writing to people. `stopped` are the channels by which the customer they were read for wants
    to hear nothing. `quiet` is a span of wall-clock time, over midnight when it ends before
    it begins."""

    garage: Garage
    kinds: dict[Kind, Rule] = field(default_factory=dict)
    reminders: tuple[Reminder, ...] = (DEFAULT_REMINDER,)
    quiet: tuple[time, time] | None = None
    copy_to: str = ""
    staff_to: str = ""
    due_days: tuple[int, ...] = tuple(usual_due_days())
    nudge: timedelta = timedelta(hours=NUDGE_HOURS)
    warn: timedelta = timedelta(hours=WARN_HOURS)
    stopped: frozenset[str] = frozenset()
    team: tuple[Colleague, ...] = ()

    def of(self, kind: Kind) -> Rule:
        return self.kinds.get(kind, DEFAULTS[kind])

    def after_quiet(self, when: datetime) -> datetime:
        """`when`, or the end of the quiet hours it falls into."""
        return self._quiet_around(when)[1]

    def before_quiet(self, when: datetime) -> datetime:
        """`when`, or the beginning of the quiet hours it falls into."""
        return self._quiet_around(when)[0]

    def _quiet_around(self, when: datetime) -> tuple[datetime, datetime]:
        """Beginning and end of the quiet hours at that moment; the moment itself, twice, outside of them."""
        if self.quiet is None:
            return when, when
        begins, ends = self.quiet
        local = when.astimezone(self.garage.zone)
        wall, day = local.time(), local.date()
        over_night = begins > ends
        if not (begins <= wall or wall < ends if over_night else begins <= wall < ends):
            return when, when
        first = day - timedelta(days=1) if over_night and wall < ends else day
        last = first + timedelta(days=1) if over_night else first
        return moment(first, begins, self.garage.zone), moment(last, ends, self.garage.zone)


# Written out because every booking made waits for it: as a query of models it took longer than all else of a message.
_RULES: Final = """
select {garage}, {kinds}, {reminders}, {said}, {team}, {settings} from garages_garage g where g.id = %s
"""
_LIST: Final = "(select coalesce(json_agg(rows), '[]') from ({rows}) rows)"
_PARTS: Final = {
    "kinds": """
select kind, is_on, channels, every_channel from notifications_kindrule where garage_id = g.id
""",
    "reminders": """
select id as pk, is_on, hours_before, days_before, at, weekdays, channels
from notifications_reminderrule where garage_id = g.id
order by days_before desc nulls last, hours_before desc nulls last, id
""",
    "said": """
select distinct on (channel) channel, is_given from customers_consent
where garage_id = g.id and customer_id = %s and purpose = %s order by channel, id desc
""",
    "team": """
select m.id as member, u.email, coalesce(t.chat_id::text, '') as chat, a.kinds,
    case when a.stopped_at is null then a.phone else '' end as phone
from notifications_alerts a
join garages_membership m on m.id = a.membership_id
join garages_user u on u.id = m.user_id and u.is_active
left join notifications_telegramlink t on t.garage_id = g.id and t.membership_id = m.id
where a.garage_id = g.id and a.kinds <> '{}'
order by m.id
""",
    "settings": """
select quiet_from, quiet_until, copy_to, staff_to, due_days, nudge_hours, warn_hours
from notifications_messagesettings where garage_id = g.id
""",
}


def load_rules(garage_id: int, customer_id: int | None = None) -> Rules:
    """The garage in scope and its rules, for writing to this customer: one query."""
    parts = {name: _LIST.format(rows=rows) for name, rows in _PARTS.items()}
    with prepared() as cursor:
        cursor.execute(
            _RULES.format(garage=columns(Garage, "g"), **parts),
            [customer_id, Purpose.SERVICE, garage_id],
        )
        row = cursor.fetchone()
    kinds, reminders, said, team, own_settings = row[-5:]
    garage = instance(Garage, row)
    settings: dict[str, Any] = next(iter(own_settings), {})
    quiet = settings.get("quiet_from"), settings.get("quiet_until")
    return Rules(
        garage=garage,
        kinds={
            Kind(rule["kind"]): Rule(rule["is_on"], tuple(map(Channel, rule["channels"])), rule["every_channel"])
            for rule in kinds
        },
        reminders=tuple(_reminder(**rule) for rule in reminders if rule["is_on"])
        if reminders or own_settings
        else (DEFAULT_REMINDER,),
        quiet=(time.fromisoformat(quiet[0]), time.fromisoformat(quiet[1])) if quiet[0] and quiet[1] else None,
        copy_to=settings.get("copy_to", ""),
        staff_to=settings.get("staff_to", "") or garage.email,
        due_days=tuple(settings.get("due_days", usual_due_days())),
        nudge=timedelta(hours=settings.get("nudge_hours", NUDGE_HOURS)),
        warn=timedelta(hours=settings.get("warn_hours", WARN_HOURS)),
        stopped=frozenset(word["channel"] for word in said if not word["is_given"]),
        team=tuple(Colleague(**one | {"kinds": frozenset(one["kinds"])}) for one in team),
    )


def _reminder(*, at: str | None, weekdays: list[int], channels: list[str], is_on: bool, **fields: Any) -> Reminder:
    return Reminder(
        at=time.fromisoformat(at) if at else None,
        weekdays=frozenset(weekdays),
        channels=tuple(map(Channel, channels)),
        **fields,
    )
