from django.db import migrations

from garages.tenancy.operations import protect, protect_events, search_function


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_initial"), ("garages", "0002_tenancy")]

    operations = [
        protect("customers_customer"),
        protect_events("customers_customerevent"),
        search_function("customers_matching", table="customers_customer", column="search_name"),
    ]
