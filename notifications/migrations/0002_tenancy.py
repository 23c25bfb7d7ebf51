from django.db import migrations

from garages.tenancy.operations import protect


class Migration(migrations.Migration):
    dependencies = [("notifications", "0001_initial")]

    operations = [
        protect("notifications_reminderrule"),
        protect(
            "notifications_message",
            {
                "booking_id": "bookings_booking",
                "customer_id": "customers_customer",
                "rule_id": "notifications_reminderrule",
                "technician_id": "garages_technician",
            },
        ),
        protect("notifications_messagesettings"),
        protect("notifications_kindrule"),
        protect("notifications_messagetemplate"),
    ]
