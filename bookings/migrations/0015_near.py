"""The bookings nearest to today that contain every word of a search, so many and no more.

A word that many bookings have (a surname, a service) is found by walking from today on: the first page is full after a
few hundred rows. A rare one is found by the trigram index, as is anything with a digit in it. All that contain a common
surname were 26,000 of a million: reading and sorting them took 700 ms.
"""

from __future__ import annotations

from django.db import migrations

from garages.tenancy.roles import PLATFORM_ROLE

FUNCTION = """
create function bookings_near(words text[], today timestamptz, most integer) returns setof bigint
language plpgsql stable security definer set search_path = public set plan_cache_mode = force_custom_plan as $$
declare
    here constant bigint := nullif(current_setting('app.garage_id', true), '')::bigint;
    first constant text := words[1];
    second constant text := coalesce(words[2], words[1]);
    near bigint[];
    reach integer;
begin
    foreach reach in array array[2000, 12000] loop
        exit when first ~ '[0-9]';
        near := array(
            (select id from (
                select id, search_text from bookings_booking
                where garage_id = here and starts_at >= today order by starts_at, id limit reach
            ) as coming where search_text like all (words) limit most)
            union all
            (select id from (
                select id, search_text from bookings_booking
                where garage_id = here and starts_at < today order by starts_at desc, id desc limit reach
            ) as past where search_text like all (words) limit most)
            limit most
        );
        exit when cardinality(near) not between 4 and most - 1;
    end loop;
    if cardinality(near) = most then
        return query select unnest(near);
    else
        return query
            select id from bookings_booking
            where garage_id = here
            and search_text like first and search_text like second and search_text like all (words)
            order by starts_at < today, abs(extract(epoch from starts_at - today)), id limit most;
    end if;
end $$
"""


class Migration(migrations.Migration):
    dependencies = [("bookings", "0014_handover")]

    operations = [
        migrations.RunSQL(
            [FUNCTION, f"alter function bookings_near owner to {PLATFORM_ROLE}"], ["drop function bookings_near"]
        )
    ]
