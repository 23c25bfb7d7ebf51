"""Invented garages to try the product with: `manage.py load_demo`.

`profiles` says what the three garages are like, `numbers` and `cars` invent plausible registrations, phone numbers and
vehicles, `plan` lays out a diary without touching the database, `builder` and `bulk` write it down.
All people are invented, phone numbers come from the ranges reserved for fiction and domains end in `.example`.
"""
