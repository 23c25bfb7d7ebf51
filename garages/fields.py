"""Columns the database computes, for searching."""

from __future__ import annotations

from django.db.models import Func, TextField


class SearchKey(Func):
    """Its texts joined by spaces, lower case, without accents. `search_key` is an immutable function of ours, made by
    the first migration: PostgreSQL's own `unaccent` is not immutable and may not stand in a generated column."""

    template = "search_key(%(expressions)s)"
    arg_joiner = " || ' ' || "
    output_field = TextField()


class Digits(Func):
    """The digits of the first text that is not empty."""

    template = "regexp_replace(coalesce(nullif(%(expressions)s, ''), %(otherwise)s), '\\D', '', 'g')"
    output_field = TextField()


class ReversedDigits(Digits):
    """The same, last digit first: an index on it finds numbers by their end."""

    template = "reverse(regexp_replace(coalesce(nullif(%(expressions)s, ''), %(otherwise)s), '\\D', '', 'g'))"
