from django.db import migrations


class Migration(migrations.Migration):
    """The makes and models a garage added are on its booking form, which is kept until its setup changes."""

    dependencies = [("fleet", "0002_tenancy"), ("garages", "0005_setup_version")]

    operations = [
        migrations.RunSQL(
            "create trigger garages_setup_changed after insert or update or delete on fleet_ownmodel"
            " for each row execute function garages_setup_changed()",
            "drop trigger garages_setup_changed on fleet_ownmodel",
        )
    ]
