from datetime import timedelta

from django.db import migrations
from django.db.models import Count
from django.utils import timezone

from garages.codes import new_codes


def learn_menus(apps, schema_editor):
    """What bookings.services.popularity.learn_menu does, garage by garage: the owner is under row-level security too."""
    garage_model = apps.get_model("garages", "Garage")
    service_model = apps.get_model("garages", "Service")
    line_model = apps.get_model("bookings", "BookingLine")
    alias = schema_editor.connection.alias
    since = timezone.now() - timedelta(days=180)
    for garage_id in garage_model.objects.using(alias).values_list("pk", flat=True):
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("select set_config('app.garage_id', %s, true)", [str(garage_id)])
        recent = line_model._base_manager.using(alias).filter(garage_id=garage_id, booking__starts_at__gte=since)
        counts = dict(recent.order_by().values_list("service").annotate(Count("pk")))
        services = list(service_model._base_manager.using(alias).filter(garage_id=garage_id).order_by("position", "pk"))
        for service in services:
            service.times_booked = counts.get(service.pk, 0)
        services.sort(key=lambda service: -service.times_booked)
        codes = new_codes(service.name for service in services)
        for service in services:
            service.code = codes[service.name]
            service.save(using=alias, update_fields=["code", "times_booked"])


class Migration(migrations.Migration):
    dependencies = [("bookings", "0005_requests"), ("garages", "0003_codes_and_chips")]

    operations = [migrations.RunPython(learn_menus, migrations.RunPython.noop, elidable=True)]
