"""Who may see a page: every view says so with one of these decorators, and a page that says nothing is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from garages.enums import Role
from garages.models import Garage, Membership, User

View = TypeVar("View", bound=Callable[..., Any])


class StaffRequest(HttpRequest):
    """A request on one garage's pages by somebody who works there."""

    user: User
    garage: Garage
    membership: Membership
    memberships: list[Membership]  # this person's, in all garages
    setup_version: int  # of the garage, as the request came in
    htmx: HtmxDetails


@dataclass(frozen=True)
class Audience:
    """Who a view is for. `role` is the lowest that may; None for pages outside a garage."""

    name: str
    role: Role | None = None


PUBLIC: Final = Audience("public")
SIGNED_IN: Final = Audience("signed in")


def public(view: View) -> View:
    """Anybody."""
    view.audience = PUBLIC  # type: ignore[attr-defined]
    return view


def signed_in(view: View) -> View:
    """Anybody with a log-in; no garage is involved."""
    view.audience = SIGNED_IN  # type: ignore[attr-defined]
    return view


def staff(role: Role) -> Callable[[View], View]:
    """Members of the garage named in the address (`/g/<garage>/...`), from this role upwards.

    Others of the garage are answered 403; strangers 404, as if the garage did not exist.
    """

    def declare(view: View) -> View:
        view.audience = Audience("staff", role)  # type: ignore[attr-defined]
        return view

    return declare


# Views of the libraries we mount cannot carry our decorator; whom their modules, or single views, are for stands here.
LIBRARY_AUDIENCES: Final[dict[str, Audience]] = {
    "allauth.account.views": PUBLIC,  # log-in and password pages; each guards itself
    "allauth.mfa.base.views": SIGNED_IN,
    "allauth.mfa.base.views.AuthenticateView": PUBLIC,  # the second step of a log-in: nobody is signed in yet
    "allauth.mfa.totp.views": SIGNED_IN,
    "allauth.mfa.recovery_codes.views": SIGNED_IN,
    "django.views.generic.base": PUBLIC,  # plain redirects
    "django.contrib.staticfiles.views": PUBLIC,
}


def audience_of(view: Callable[..., Any]) -> Audience | None:
    """Who a view is for, or None when nobody said."""
    declared = getattr(view, "audience", None)
    if declared is not None:
        return declared
    owner = getattr(view, "view_class", None) or getattr(view, "model_admin", None) or view
    module = getattr(owner, "__module__", "") or type(owner).__module__
    return LIBRARY_AUDIENCES.get(f"{module}.{getattr(owner, '__qualname__', '')}") or LIBRARY_AUDIENCES.get(module)
