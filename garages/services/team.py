"""Who works in the garage, and as what.

Two rules hold everywhere: nobody grants or touches a role above their own, and a garage always has an owner. Both are
judged on rows locked in one order, so that two people acting at once cannot get around them.
"""

from __future__ import annotations

import secrets
from typing import Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from garages.enums import Role
from garages.errors import DomainError
from garages.models import Garage, Membership, User
from garages.services.mailbox import post_welcome
from garages.services.saving import save_or_refuse

# Letters and digits that nobody confuses when reading them from a screen: no 0 and o, no 1, i and l.
_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"


class NotAllowed(DomainError):
    """A rule of the role ladder said no."""


@transaction.atomic
def invite(*, email: str, name: str, role: Role, by: Membership) -> Membership:
    """Put a person on the team and have them welcomed.

    An e-mail that has an account already keeps its name and password. Raises DomainError for a role above one's own
    and for somebody who is on the team.
    """
    team = _locked_team(by.garage)
    _may_grant(_actor(team, by), role)
    user = _account(email.strip().lower(), name.strip())
    membership = Membership(garage=by.garage, user=user, role=role)
    save_or_refuse(
        membership, field="email", also={"garages_membership_person": _("This person is on the team already.")}
    )
    post_welcome(membership)
    return membership


def send_again(member: Membership, *, by: Membership) -> None:
    """Welcome somebody once more who has not logged in yet; the password of the e-mail before is void then."""
    _may_touch(by, member)
    if not awaits_first_login(member.user):
        raise NotAllowed(_("They have logged in already. “Forgot password?” on the log-in page helps them."))
    post_welcome(member)


@transaction.atomic
def change_role(member: Membership, role: Role, *, by: Membership) -> Membership:
    """Give somebody another role. Raises NotAllowed."""
    team = _locked_team(by.garage)
    actor, member = _actor(team, by), _actor(team, member)
    _may_touch(actor, member)
    _may_grant(actor, role)
    if role != Role.OWNER:
        _keeps_an_owner(team, without=member)
    member.role = role
    member.save(update_fields=["role"])
    return member


@transaction.atomic
def remove(member: Membership, *, by: Membership) -> None:
    """Take somebody off the team. Their account stays, for other garages; their past work stays theirs."""
    team = _locked_team(by.garage)
    actor, member = _actor(team, by), _actor(team, member)
    _may_touch(actor, member)
    if actor.pk == member.pk:
        raise NotAllowed(_("Somebody else has to take you off the team."))
    _keeps_an_owner(team, without=member)
    member.delete()


def awaits_first_login(user: User) -> bool:
    """Invited, and never logged in since."""
    return user.must_change_password and user.last_login is None


@transaction.atomic
def give_temporary_password(user_id: int) -> str:
    """A new temporary password for somebody who has never logged in; "" for anybody else, who keeps their own."""
    user = User.objects.select_for_update(no_key=True).get(pk=user_id)
    if not awaits_first_login(user):
        return ""
    password = "-".join("".join(secrets.choice(_LETTERS) for _place in range(4)) for _group in range(3))
    user.set_password(password)
    user.save(update_fields=["password"])
    return password


def _account(email: str, name: str) -> User:
    """The account of an e-mail; a new one has no usable password until the welcome e-mail is written."""
    try:
        with transaction.atomic():
            return User.objects.create_user(email, None, name=name, must_change_password=True)
    except IntegrityError:
        return User.objects.get(email=email)


def _locked_team(garage: Garage) -> dict[int, Membership]:
    """Everybody of the garage, locked until the transaction ends."""
    team = Membership.objects.select_for_update(of=("self",), no_key=True).filter(garage=garage).order_by("pk")
    return {member.pk: member for member in team.select_related("user", "garage")}


def _actor(team: dict[int, Membership], member: Membership) -> Membership:
    """The member as they stand now: they may have been changed or removed since the page was opened."""
    if member.pk not in team:
        raise NotAllowed(_("This person is not on the team any more."))
    return team[member.pk]


def _may_grant(actor: Membership, role: Role) -> None:
    if not actor.at_least(role):
        raise NotAllowed(_("You cannot give a role above your own."), field="role")


def _may_touch(actor: Membership, member: Membership) -> None:
    if not actor.at_least(Role(member.role)):
        raise NotAllowed(_("Their role is above yours."))
    if not actor.at_least(Role.MANAGER):
        raise NotAllowed(_("Managers and owners look after the team."))


def _keeps_an_owner(team: dict[int, Membership], *, without: Membership) -> None:
    others = (member for member in team.values() if member.pk != without.pk)
    if without.role == Role.OWNER and not any(member.role == Role.OWNER for member in others):
        raise NotAllowed(_("A garage keeps at least one owner. Make somebody else owner first."))
