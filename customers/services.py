"""How customers come to be and change.

A customer is identified inside one garage by phone number; several people may share one, and a name is never silently
overwritten (ruling 9). Every function runs inside the garage's scope.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypedDict, Unpack

from django.db import connection

from customers import phones
from customers.errors import NameMissing
from customers.labels import tidy
from customers.models import Customer
from customers.names import fold
from customers.selectors import with_number
from customers.signals import customer_changed
from garages.acts import act
from garages.rows import update
from garages.tenancy.context import current


class CustomerFields(TypedDict, total=False):
    """What may be said of a customer. `phone_typed` is the number; its E.164 form follows from it."""

    kind: str
    company_name: str
    first_name: str
    last_name: str
    phone_typed: str
    email: str
    language: str
    preferred_channel: str
    labels: list[str]
    referral: str
    notes: str
    purchase_order: str
    billing_address: str


@act
def create_customer(*, region: str, **fields: Unpack[CustomerFields]) -> Customer:
    """A new customer, whoever else has the number. `region` is that of numbers without a country code.

    Raises NameMissing.
    """
    customer = Customer()
    _write(customer, region, fields)
    customer.save()
    customer_changed.send(sender=Customer, customer=customer, created=True)
    return customer


@act
def learn(customer: Customer, *, email: str, phone_typed: str, region: str) -> Customer:
    """Keep what was just typed of somebody known where nothing was known; what was known stays (COMP-6)."""
    news = CustomerFields()
    if email and not customer.email:
        news["email"] = email
    if phone_typed and not customer.phone_typed:
        news["phone_typed"] = phone_typed
    return update_customer(customer, region=region, **news) if news else customer


@act
def update_customer(customer: Customer, *, region: str, **fields: Unpack[CustomerFields]) -> Customer:
    """Change what is given, leave the rest. Raises NameMissing."""
    customer = Customer.objects.select_for_update().get(pk=customer.pk)
    _write(customer, region, fields)
    customer.save()
    customer_changed.send(sender=Customer, customer=customer, created=False)
    return customer


@act
def identify(
    *,
    kind: str,
    first_name: str,
    last_name: str,
    company_name: str = "",
    phone_typed: str = "",
    email: str = "",
    language: str = "",
    region: str,
    new_person: bool = False,
) -> tuple[Customer, bool]:
    """The customer somebody means by these words, and whether they are new.

    With a number the garage knows: whoever of its people has the same name, else (unless `new_person`) the one who
    used it last, whose name stays as it is. A business is never taken for a private person with the same number.
    Without a number: same name and same e-mail. Found customers gain the facts they had none of. Raises NameMissing.
    """
    typed = Customer(kind=kind, first_name=first_name, last_name=last_name, company_name=company_name)
    phone = phones.parse(phone_typed, region)
    if phone.typed:
        found = _with_number(phone, region, typed, new_person=new_person)
    else:
        same_mail = Customer.objects.filter(phone="", phone_typed="", email__iexact=email) if email else []
        found = _named(same_mail, typed.name)
    if found is None:
        return create_customer(
            region=region,
            kind=kind,
            first_name=first_name,
            last_name=last_name,
            company_name=company_name,
            phone_typed=phone_typed,
            email=email,
            language=language,
        ), True
    _complete(found, typed, email=email, language=language)
    return found, False


def _write(customer: Customer, region: str, fields: CustomerFields) -> None:
    for name, value in fields.items():
        setattr(customer, name, " ".join(str(value).split()) if name in _ONE_LINE else value)
    if "labels" in fields:
        customer.labels = tidy(fields["labels"])
    if "phone_typed" in fields:
        phone = phones.parse(fields["phone_typed"], region)
        customer.phone, customer.phone_typed = phone.e164, phone.typed
    if customer.is_business and not customer.company_name:
        raise NameMissing(business=True)
    if not customer.name:
        raise NameMissing(business=False)


_ONE_LINE = frozenset({"company_name", "first_name", "last_name", "email", "referral", "purchase_order"})


def _with_number(phone: phones.Phone, region: str, typed: Customer, *, new_person: bool) -> Customer | None:
    """Who is meant among those with the number. Nobody waits for anybody unless a new customer is about to be made."""
    found = _meant(phone, region, typed, new_person=new_person)
    if found is None:
        _one_at_a_time(phone)
        found = _meant(phone, region, typed, new_person=new_person)
    return found


def _meant(phone: phones.Phone, region: str, typed: Customer, *, new_person: bool) -> Customer | None:
    known = with_number(phone.typed, region)
    return _named(known, typed.name) or (None if new_person else _likely(known, typed))


def _one_at_a_time(phone: phones.Phone) -> None:
    """Two desks that book the same new number at the same moment make one customer: the second waits for the first."""
    key = f"customers.identify:{current()}:{phones.digits(phone.e164 or phone.typed)}"
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])


def _named(known: Iterable[Customer], name: str) -> Customer | None:
    wanted = fold(name)
    return next((customer for customer in known if wanted and fold(customer.name) == wanted), None)


def _likely(known: list[Customer], typed: Customer) -> Customer | None:
    if typed.is_business:
        known = [customer for customer in known if customer.is_business]
    return known[0] if known else None


def _complete(customer: Customer, typed: Customer, *, email: str, language: str) -> None:
    """Fill what was empty, and remember that the customer was just used."""
    news = {"email": email, "language": language}
    if customer.is_business and not customer.contact_name:
        news |= {"first_name": typed.first_name, "last_name": typed.last_name}
    gained = {name: value for name, value in news.items() if value and not getattr(customer, name)}
    for name, value in gained.items():
        setattr(customer, name, value)
    if gained:
        customer.save(update_fields=[*gained, "updated_at"])
        customer_changed.send(sender=Customer, customer=customer, created=False)
    else:
        update(customer, "updated_at")
