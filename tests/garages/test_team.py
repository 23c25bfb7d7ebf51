"""The role ladder, the last owner, invitations."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client

from garages.enums import Role
from garages.errors import DomainError
from garages.models import Garage, Membership, Technician, User
from garages.services import mailbox, team
from garages.tasks import send_account_mails
from garages.tenancy.context import tenant
from tests.conftest import PASSWORD, logged_in
from tests.factories.garages import make_garage, make_member


def _invite(by: Membership, role: Role = Role.RECEPTIONIST, **fields: Any) -> Membership:
    details = {"email": "new@here.example", "name": "Noor New"}
    return team.invite(role=role, by=by, **(details | fields))


def _welcome(member: Membership) -> None:
    """Send it once more."""
    mailbox.post_welcome(member)
    send_account_mails()


# --- The ladder ---------------------------------------------------------------------------------------------------
def test_nobody_gives_a_role_above_their_own(manager: Membership, receptionist: Membership) -> None:
    with pytest.raises(team.NotAllowed):
        _invite(manager, Role.OWNER)
    for member in (receptionist, manager):
        with pytest.raises(team.NotAllowed):
            team.change_role(member, Role.OWNER, by=manager)
    assert team.change_role(receptionist, Role.MANAGER, by=manager).role == Role.MANAGER


def test_nobody_touches_a_role_above_their_own(owner: Membership, manager: Membership) -> None:
    make_member(owner.garage, Role.OWNER, email="second@here.example")
    with pytest.raises(team.NotAllowed):
        team.change_role(owner, Role.TECHNICIAN, by=manager)
    with pytest.raises(team.NotAllowed):
        team.remove(owner, by=manager)
    with pytest.raises(team.NotAllowed):
        team.send_again(owner, by=manager)
    assert Membership.objects.get(pk=owner.pk).role == Role.OWNER


def test_only_managers_and_owners_look_after_the_team(receptionist: Membership, technician: Membership) -> None:
    with pytest.raises(team.NotAllowed):
        team.change_role(technician, Role.RECEPTIONIST, by=receptionist)
    with pytest.raises(team.NotAllowed):
        team.remove(technician, by=receptionist)


def test_the_last_owner_stays(owner: Membership, manager: Membership) -> None:
    with pytest.raises(team.NotAllowed, match="at least one owner"):
        team.change_role(owner, Role.MANAGER, by=owner)
    second = make_member(owner.garage, Role.OWNER, email="second@here.example")
    assert team.change_role(owner, Role.MANAGER, by=owner).role == Role.MANAGER
    with pytest.raises(team.NotAllowed, match="at least one owner"):
        team.change_role(second, Role.MANAGER, by=second)


def test_nobody_removes_themselves(owner: Membership) -> None:
    make_member(owner.garage, Role.OWNER, email="second@here.example")
    with pytest.raises(team.NotAllowed, match="Somebody else"):
        team.remove(owner, by=owner)


def test_removed_people_keep_account_and_past_work(inside: Garage, manager: Membership, technician: Membership) -> None:
    worker = Technician.objects.get()
    worker.membership = technician
    worker.save()
    team.remove(technician, by=manager)
    worker.refresh_from_db()
    assert worker.membership is None
    assert User.objects.filter(pk=technician.user_id).exists()


def test_somebody_removed_meanwhile_decides_nothing(owner: Membership, manager: Membership) -> None:
    stale = Membership.objects.get(pk=manager.pk)
    team.remove(manager, by=owner)
    with pytest.raises(team.NotAllowed, match="not on the team"):
        _invite(stale)
    with pytest.raises(team.NotAllowed, match="not on the team"):
        team.change_role(stale, Role.RECEPTIONIST, by=owner)


def test_somebody_demoted_meanwhile_decides_as_what_they_are(owner: Membership, manager: Membership) -> None:
    stale = Membership.objects.get(pk=manager.pk)
    team.change_role(manager, Role.RECEPTIONIST, by=owner)
    with pytest.raises(team.NotAllowed):
        _invite(stale, Role.MANAGER)


# --- Two at once --------------------------------------------------------------------------------------------------
def _at_once(acts: list[Callable[[], object]], garage: Garage) -> list[str]:
    """Run the acts in threads that start together; each one's refusal, or "done"."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        try:
            with tenant(garage.pk):
                start.wait(timeout=30)
                act()
        except DomainError as error:
            return str(error)
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.fixture
def two_owners(transactional_db: None) -> tuple[Membership, Membership]:
    garage = make_garage(equipped=False)
    return make_member(garage, Role.OWNER), make_member(garage, Role.OWNER, email="second@here.example")


def _owners(garage: Garage) -> int:
    return Membership.objects.filter(garage=garage, role=Role.OWNER).count()


@pytest.mark.parametrize("attempt", range(5))
def test_two_owners_stepping_down_at_once_leave_one(two_owners: tuple[Membership, Membership], attempt: int) -> None:
    first, second = two_owners
    came_of_it = _at_once(
        [
            lambda: team.change_role(first, Role.MANAGER, by=first),
            lambda: team.change_role(second, Role.MANAGER, by=second),
        ],
        first.garage,
    )
    assert came_of_it.count("done") == 1
    assert _owners(first.garage) == 1


@pytest.mark.parametrize("attempt", range(5))
def test_two_owners_removing_each_other_leave_one(two_owners: tuple[Membership, Membership], attempt: int) -> None:
    first, second = two_owners
    came_of_it = _at_once([lambda: team.remove(second, by=first), lambda: team.remove(first, by=second)], first.garage)
    assert came_of_it.count("done") == 1
    assert _owners(first.garage) == 1


def test_without_the_lock_both_owners_could_go(
    two_owners: tuple[Membership, Membership], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin of the tests above: it shows the race they would miss if the lock were gone."""
    first, second = two_owners
    both_have_read = Barrier(2)

    def unlocked(garage: Garage) -> dict[int, Membership]:
        members = {member.pk: member for member in Membership.objects.filter(garage=garage)}
        both_have_read.wait(timeout=30)
        return members

    monkeypatch.setattr(team, "_locked_team", unlocked)
    _at_once(
        [
            lambda: team.change_role(first, Role.MANAGER, by=first),
            lambda: team.change_role(second, Role.MANAGER, by=second),
        ],
        first.garage,
    )
    assert _owners(first.garage) == 0


def test_one_colleague_invited_twice_at_once_joins_once(two_owners: tuple[Membership, Membership]) -> None:
    first, second = two_owners
    came_of_it = _at_once([lambda: _invite(first), lambda: _invite(second)], first.garage)
    assert sorted(came_of_it) == ["This person is on the team already.", "done"]
    assert User.objects.filter(email="new@here.example").count() == 1


# --- Invitations --------------------------------------------------------------------------------------------------
def test_invited_people_have_no_password_until_they_are_written_to(manager: Membership) -> None:
    member = _invite(manager, email=" New@Here.Example ")
    assert member.user.email == "new@here.example"
    assert member.user.must_change_password
    assert not member.user.has_usable_password()


def test_welcome_gives_a_temporary_password_that_must_be_changed(manager: Membership) -> None:
    member = _invite(manager)
    send_account_mails()
    [message] = mail.outbox
    assert (message.to, message.subject) == (["new@here.example"], "Your log-in for Here Motors")
    assert message.alternatives[0].mimetype == "text/html"
    password = message.body.split("Temporary password: ")[1].split()[0]
    assert password in message.alternatives[0].content

    browser = Client()
    browser.post("/login/", {"login": "new@here.example", "password": password})
    for page in ("/", f"/g/{member.garage.slug}/desk/"):
        answer = browser.get(page)
        assert (answer.status_code, answer.headers["Location"]) == (302, "/password/change/")
    chosen = {"oldpassword": password, "password1": "a-better-one-9", "password2": "a-better-one-9"}
    assert browser.post("/password/change/", chosen).headers["Location"] == "/"
    assert browser.get("/").headers["Location"] == f"/g/{member.garage.slug}/desk/"
    assert not team.awaits_first_login(User.objects.get(pk=member.user_id))


def test_welcome_to_somebody_with_an_account_leaves_their_password(manager: Membership, stranger: Membership) -> None:
    member = _invite(manager, email=stranger.user.email, name="Another Name")
    _welcome(member)
    [message] = mail.outbox
    assert message.subject == "You are on the team of Here Motors"
    assert "password you have already" in message.body
    user = User.objects.get(pk=stranger.user_id)
    assert user.check_password(PASSWORD)
    assert user.name == stranger.user.name
    assert not user.must_change_password


def test_welcome_speaks_the_persons_language_else_the_garages(manager: Membership) -> None:
    Garage.objects.filter(pk=manager.garage_id).update(languages=["fr", "en"])
    member = _invite(manager)
    User.objects.filter(pk=member.user_id).update(language="en")
    _welcome(member)
    User.objects.filter(pk=member.user_id).update(language="")
    _welcome(member)
    assert [
        part in message.alternatives[0].content
        for message, part in zip(mail.outbox, ('lang="en"', 'lang="fr"'), strict=True)
    ] == [True, True]


def test_sending_again_makes_a_new_password(manager: Membership) -> None:
    member = _invite(manager)
    hashes = set()
    for _time in range(2):
        _welcome(member)
        hashes.add(User.objects.get(pk=member.user_id).password)
    assert len(hashes) == 2


def test_sending_again_is_refused_after_the_first_login(manager: Membership, receptionist: Membership) -> None:
    with pytest.raises(team.NotAllowed, match="logged in already"):
        team.send_again(receptionist, by=manager)


# --- The page -----------------------------------------------------------------------------------------------------
def test_team_page_lists_people_and_hides_what_one_may_not(owner: Membership, manager: Membership) -> None:
    page = logged_in(manager.user).get("/g/here/settings/team/").content.decode()
    assert "More for Manager of Here Motors" in page
    assert "More for Owner of Here Motors" not in page
    assert 'value="owner"' not in page
    page = logged_in(owner.user).get("/g/here/settings/team/").content.decode()
    assert 'value="owner"' in page


def test_inviting_on_the_page(manager_client: Client, garage: Garage) -> None:
    form = {"name": "Noor New", "email": "new@here.example", "role": "technician"}
    assert manager_client.post("/g/here/settings/team/", form).status_code == 302
    assert Membership.objects.get(garage=garage, user__email="new@here.example").role == Role.TECHNICIAN
    again = manager_client.post("/g/here/settings/team/", form)
    assert (again.status_code, again.context["form"].errors) == (
        422,
        {"email": ["This person is on the team already."]},
    )
    above = manager_client.post("/g/here/settings/team/", form | {"email": "b@here.example", "role": "owner"})
    assert (above.status_code, list(above.context["form"].errors)) == (422, ["role"])


def test_same_invitation_sent_twice_is_one(manager_client: Client, garage: Garage) -> None:
    form = {"name": "Noor New", "email": "new@here.example", "role": "technician"}
    form["idempotency_key"] = "6f0f6a0e-6a0b-4d53-9a43-0f4d7c7e2a11"
    assert [manager_client.post("/g/here/settings/team/", form).status_code for _click in range(2)] == [302, 302]
    assert Membership.objects.filter(garage=garage, user__email="new@here.example").count() == 1


def test_buttons_of_the_page(
    manager_client: Client, garage: Garage, receptionist: Membership, owner: Membership
) -> None:
    about = {"member": receptionist.pk}
    manager_client.post("/g/here/settings/team/role/", about | {"role": "technician"})
    assert Membership.objects.get(pk=receptionist.pk).role == Role.TECHNICIAN
    manager_client.post("/g/here/settings/team/role/", about | {"role": "owner"})
    assert Membership.objects.get(pk=receptionist.pk).role == Role.TECHNICIAN
    manager_client.post("/g/here/settings/team/remove/", {"member": owner.pk})
    manager_client.post("/g/here/settings/team/remove/", about)
    assert {member.role for member in Membership.objects.filter(garage=garage)} == {Role.MANAGER, Role.OWNER}


def test_buttons_reach_no_other_garage(manager_client: Client, stranger: Membership) -> None:
    manager_client.post("/g/here/settings/team/remove/", {"member": stranger.pk})
    manager_client.post("/g/here/settings/team/role/", {"member": stranger.pk, "role": "technician"})
    assert Membership.objects.get(pk=stranger.pk).role == Role.OWNER


def test_who_steps_down_is_shown_a_page_they_may_see(manager_client: Client, manager: Membership) -> None:
    answer = manager_client.post("/g/here/settings/team/role/", {"member": manager.pk, "role": "receptionist"})
    assert answer.headers["Location"] == "/"
