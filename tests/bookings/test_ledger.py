"""The ledger against a slow model that is obviously right, minute by minute."""

from __future__ import annotations

from itertools import permutations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bookings.ledger import Chance, Ledger, Taken, Wanted, Why, Worker, is_enough
from bookings.stretches import Stretch, Stretches

# The model counts in units of ten minutes; a day has forty of them and then the night.
DAY = 60


def _stretch(start: int, length: int) -> Stretch:
    return start, start + length


stretches = st.builds(_stretch, st.integers(0, 2 * DAY), st.integers(1, 20))
days = st.tuples(
    st.lists(st.builds(_stretch, st.integers(0, 25), st.integers(1, 15)), max_size=2),
    st.lists(st.builds(_stretch, st.integers(DAY, DAY + 25), st.integers(1, 15)), max_size=2),
).map(lambda both: [list(Stretches(spans)) for spans in both])
skills = st.sampled_from([None, 1, 2])
tasks = st.builds(
    Taken,
    st.lists(stretches, min_size=1, max_size=2),
    st.sampled_from([None, 1, 2, 3]),
    skills,
    st.sampled_from([None, None, 11, 12]),
    st.booleans(),
)
workers = st.tuples(
    *(
        st.builds(Worker, st.just(pk), st.frozensets(st.sampled_from([1, 2])), st.lists(stretches, max_size=2))
        for pk in (11, 12, 13)
    )
)
wanted = st.builds(
    Wanted,
    work=st.integers(1, 30),
    bays=st.sampled_from([[1, 2, 3], [1, 2, 3], None]),
    before=st.integers(0, 3),
    after=st.integers(0, 3),
    skill=skills,
    technician=st.sampled_from([None, None, 11]),
    overnight=st.booleans(),
)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(days=days, tasks=st.lists(tasks, max_size=6), crew=st.none() | workers, wanted=wanted, start=st.integers(0, 90))
def test_a_start_is_possible_exactly_when_a_minute_by_minute_look_says_so(
    days: list[list[Stretch]], tasks: list[Taken], crew: tuple[Worker, ...] | None, wanted: Wanted, start: int
) -> None:
    ledger = Ledger(days, tasks, crew, overnight_from=15)
    assert ledger.look(start, wanted) == _slow_look(days, tasks, crew, wanted, start)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    days=days,
    tasks=st.lists(tasks, max_size=6),
    crew=st.none() | workers,
    wanted=wanted,
    starts=st.lists(st.integers(0, 90), max_size=12).map(sorted),
)
def test_many_starts_are_looked_at_as_each_alone(
    days: list[list[Stretch]],
    tasks: list[Taken],
    crew: tuple[Worker, ...] | None,
    wanted: Wanted,
    starts: list[int],
) -> None:
    ledger = Ledger(days, tasks, crew, overnight_from=15)
    slow = [(start, _slow_look(days, tasks, crew, wanted, start)) for start in starts]
    assert list(ledger.looks(starts, wanted)) == slow


def _slow_look(  # noqa: PLR0911
    days: list[list[Stretch]], tasks: list[Taken], crew: tuple[Worker, ...] | None, wanted: Wanted, start: int
) -> Chance | Why:
    """Walks minute by minute: no intervals, no bisecting, no theorem."""
    open_on = {at: number for number, day in enumerate(days) for span in day for at in range(*span)}
    if start not in open_on:
        return Why.CLOSED
    at = start
    worked: list[int] = []
    while len(worked) < wanted.work:
        if at > 3 * DAY or (
            at in open_on and open_on[at] != open_on[start] and not wanted.overnight and wanted.work <= 15
        ):
            return Why.TOO_LONG
        if at in open_on:
            worked.append(at)
        at += 1
    end = worked[-1] + 1
    held = range(start - wanted.before, end + wanted.after)
    bays = tuple(
        bay
        for bay in wanted.bays or ()
        if not any(task.bay == bay and _covers(task, at) for task in tasks for at in held)
    )
    if wanted.bays is not None and not bays:
        return Why.BAYS
    if crew is None:
        return Chance(start, end, bays, ())

    def free(worker: Worker, at: int) -> bool:
        there = any(first <= at < last for first, last in worker.there)
        return there and not any(task.technician == worker.pk and _covers(task, at) for task in tasks)

    able = [
        worker.pk
        for worker in sorted(crew, key=lambda worker: len(worker.skills))
        if wanted.technician in (None, worker.pk)
        and (wanted.technician or wanted.skill is None or wanted.skill in worker.skills)
        and all(free(worker, at) for at in worked)
    ]
    for at in held:
        if at not in open_on:
            continue
        jobs = [
            task.skill
            for task in tasks
            for begin, until in task.stretches
            if task.needs_technician and not task.technician and begin <= at < until
        ]
        team = [worker for worker in crew if free(worker, at) and worker.pk != wanted.technician]
        if wanted.technician is None:
            jobs.append(wanted.skill)
        if not _can_share_out(jobs, team):
            return Why.TECHNICIANS
    if wanted.technician is not None and not able:
        return Why.TECHNICIANS
    return Chance(start, end, bays, tuple(able))


def _covers(task: Taken, at: int) -> bool:
    return any(start <= at < end for start, end in task.stretches)


def _can_share_out(jobs: list[int | None], team: list[Worker]) -> bool:
    """Tries every way to give each job a technician of its own."""
    return any(
        all(skill is None or skill in worker.skills for skill, worker in zip(jobs, order, strict=False))
        for order in permutations(team, len(jobs))
    )


@given(
    jobs=st.dictionaries(skills, st.integers(0, 3), max_size=3),
    team=st.lists(st.frozensets(st.sampled_from([1, 2, 3])), max_size=5),
)
def test_halls_condition_is_the_same_as_trying_every_way(
    jobs: dict[int | None, int], team: list[frozenset[int]]
) -> None:
    crew = [Worker(number, known, ()) for number, known in enumerate(team)]
    bits = {worker.pk: 1 << worker.pk for worker in crew}
    skilled: dict[int | None, int] = {None: sum(bits.values())}
    for worker in crew:
        for skill in worker.skills:
            skilled[skill] = skilled.get(skill, 0) | bits[worker.pk]
    listed = [skill for skill, count in jobs.items() for _job in range(count)]
    assert is_enough(skilled[None], jobs, skilled) == _can_share_out(listed, crew)


@given(
    one=st.lists(stretches, max_size=5),
    other=st.lists(stretches, max_size=5),
    start=st.integers(0, 90),
    length=st.integers(1, 30),
)
def test_stretches_are_sets_of_minutes(one: list[Stretch], other: list[Stretch], start: int, length: int) -> None:
    mine = {at for span in one for at in range(*span)}
    theirs = {at for span in other for at in range(*span)}
    asked = set(range(start, start + length))
    left = Stretches(one)
    assert {at for span in left.without(Stretches(other)) for at in range(*span)} == mine - theirs
    assert left.meets(start, start + length) == bool(asked & mine)
    assert left.covers(start, start + length) == (asked <= mine)
    assert left.minutes_in(start, start + length) == len(asked & mine)


def test_work_goes_on_after_lunch_and_long_work_after_the_night() -> None:
    days = [[(480, 720), (780, 1080)], [(1920, 2520)]]
    ledger = Ledger(days, [], overnight_from=540)
    assert ledger.look(660, Wanted(work=120, bays=[1])) == Chance(660, 840, (1,), ())
    assert ledger.look(1020, Wanted(work=120, bays=[1])) == Why.TOO_LONG
    assert ledger.look(1020, Wanted(work=120, bays=[1], overnight=True)) == Chance(1020, 1980, (1,), ())
    assert ledger.look(1020, Wanted(work=600, bays=[1])) == Chance(1020, 2460, (1,), ())
    assert ledger.look(750, Wanted(work=60, bays=[1])) == Why.CLOSED
