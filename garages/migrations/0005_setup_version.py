from django.db import migrations

# What garages.setup.load_setup reads. A table it begins to read needs the trigger too; a test compares the two.
TABLES = (
    "garages_bay",
    "garages_closure",
    "garages_openingspan",
    "garages_service",
    "garages_serviceprice",
    "garages_technician",
    "garages_vehicletype",
)

# A column that models do not know: saving a garage that was read a while ago must not put an old version back. From a
# sequence, which is never rolled back: no two states of a garage's setup, kept or not, ever have the same number.
VERSION = """
create sequence garages_setup_version;
alter table garages_garage add column setup_version bigint not null default nextval('garages_setup_version');
create function garages_setup_changed() returns trigger language plpgsql security definer
set search_path = public as $$
begin
    update garages_garage set setup_version = nextval('garages_setup_version')
    where id = coalesce(new.garage_id, old.garage_id);
    return null;
end $$;
"""
NO_VERSION = """
drop function garages_setup_changed();
alter table garages_garage drop column setup_version;
drop sequence garages_setup_version;
"""


class Migration(migrations.Migration):
    dependencies = [("garages", "0004_overbooking")]

    operations = [
        migrations.RunSQL(VERSION, NO_VERSION),
        *(
            migrations.RunSQL(
                f"create trigger garages_setup_changed after insert or update or delete on {table}"
                " for each row execute function garages_setup_changed()",
                f"drop trigger garages_setup_changed on {table}",
            )
            for table in TABLES
        ),
    ]
