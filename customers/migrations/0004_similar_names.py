"""Names that look alike, found through the trigram index; see `garages.tenancy.operations.search_function`."""

from __future__ import annotations

from django.db import migrations

from garages.tenancy.roles import PLATFORM_ROLE


class Migration(migrations.Migration):
    dependencies = [("customers", "0003_merging")]

    operations = [
        migrations.RunSQL(
            [
                "create function customers_similar(name text, most integer) returns setof bigint"
                " language sql stable security definer set search_path = public"
                " set pg_trgm.similarity_threshold = 0.4 as $$"
                " select id from customers_customer"
                " where garage_id = nullif(current_setting('app.garage_id', true), '')::bigint"
                " and search_name % search_key(name)"
                " order by similarity(search_name, search_key(name)) desc, id limit most $$",
                f"alter function customers_similar owner to {PLATFORM_ROLE}",
            ],
            ["drop function customers_similar"],
        )
    ]
