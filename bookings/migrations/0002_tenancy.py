from django.db import migrations

from garages.tenancy.operations import protect, protect_events, search_function


class Migration(migrations.Migration):
    dependencies = [("bookings", "0001_initial"), ("fleet", "0002_tenancy")]

    operations = [
        protect(
            "bookings_booking",
            {
                "customer_id": "customers_customer",
                "vehicle_id": "fleet_vehicle",
                "vehicle_type_id": "garages_vehicletype",
                "bay_id": "garages_bay",
                "technician_id": "garages_technician",
            },
        ),
        protect(
            "bookings_bookingline",
            {"booking_id": "bookings_booking", "service_id": "garages_service"},
        ),
        protect_events("bookings_bookingevent"),
        protect_events("bookings_bookinglineevent"),
        search_function("bookings_matching", table="bookings_booking", column="search_text"),
    ]
