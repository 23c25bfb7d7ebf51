"""A further time that is done takes nothing any more, whatever its booking does afterwards."""

from __future__ import annotations

from django.db import migrations, models

FOLLOW = """
create or replace function bookings_allocation_follow() returns trigger language plpgsql as $$
begin
  update bookings_allocation set holds = new.status in ('pending', 'confirmed', 'in_service'){but}
    where garage_id = new.garage_id and booking_id = new.id;
  return null;
end $$;
"""


class Migration(migrations.Migration):
    dependencies = [("bookings", "0030_done_read_alone")]

    operations = [
        migrations.RunSQL(
            [
                FOLLOW.format(but=" and done_at is null"),
                # The owner is bound by the policies, too; its rights on the table are older than those of the platform.
                "alter table bookings_allocation no force row level security",
                "update bookings_allocation set holds = false where holds and done_at is not null",
                "alter table bookings_allocation force row level security",
            ],
            FOLLOW.format(but=""),
        ),
        migrations.AddConstraint(
            model_name="allocation",
            constraint=models.CheckConstraint(
                condition=models.Q(("done_at", None), ("holds", False), _connector="OR"),
                name="bookings_allocation_done_is_free",
            ),
        ),
    ]
