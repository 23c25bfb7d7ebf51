"""A message that went within another stands alone when that one is deleted, by the database's own hand.

Left to Django, `led_by` made it delete orders, bookings and rules before their messages: it trusts keys to be checked
at the end of the transaction, and those of a garage's rows are checked at once.
"""

import django.db.models.deletion
import garages.tenancy.models
from django.db import migrations


KEY = "notifications_message_led_by_id_tenant"
AGAIN = f"""
alter table notifications_message drop constraint {KEY}, add constraint {KEY}
foreign key (garage_id, led_by_id) references notifications_message (garage_id, id)"""


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0010_together'),
    ]

    operations = [
        migrations.AlterField(
            model_name='message',
            name='led_by',
            field=garages.tenancy.models.TenantForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='led', to='notifications.message', verbose_name='in one with'),
        ),
        migrations.RunSQL(f"{AGAIN} on delete set null (led_by_id)", AGAIN),
    ]
