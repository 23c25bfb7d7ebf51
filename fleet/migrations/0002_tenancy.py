from django.db import migrations

from garages.tenancy.operations import protect, protect_events, search_function


class Migration(migrations.Migration):
    dependencies = [("fleet", "0001_initial"), ("customers", "0002_tenancy")]

    operations = [
        protect(
            "fleet_vehicle",
            {"customer_id": "customers_customer", "vehicle_type_id": "garages_vehicletype"},
        ),
        protect("fleet_mileagereading", {"vehicle_id": "fleet_vehicle"}),
        protect("fleet_ownmodel"),
        protect_events("fleet_vehicleevent"),
        search_function("fleet_vehicles_matching", table="fleet_vehicle", column="search_text"),
    ]
