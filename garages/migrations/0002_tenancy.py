from django.db import migrations

from garages.tenancy.operations import protect, protect_events


class Migration(migrations.Migration):
    dependencies = [("garages", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "alter table garages_membership add constraint garages_membership_tenant_id unique (garage_id, id)",
            "alter table garages_membership drop constraint garages_membership_tenant_id cascade",
        ),
        protect("garages_bay"),
        protect("garages_skill"),
        protect("garages_technician", {"membership_id": "garages_membership"}),
        protect(
            "garages_technicianskill",
            {"technician_id": "garages_technician", "skill_id": "garages_skill"},
        ),
        protect("garages_openingspan"),
        protect("garages_closure"),
        protect("garages_vehicletype"),
        protect("garages_service", {"skill_id": "garages_skill"}),
        protect(
            "garages_serviceprice",
            {"service_id": "garages_service", "vehicle_type_id": "garages_vehicletype"},
        ),
        protect("garages_serviceextra", {"service_id": "garages_service", "extra_id": "garages_service"}),
        protect("garages_idempotencykey"),
        protect_events("garages_serviceevent"),
        protect_events("garages_servicepriceevent"),
    ]
