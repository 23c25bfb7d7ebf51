#!/bin/sh
# Runs once, when the database container makes its files: the role Garage Desk logs in as, and its database.
# The role owns the database and may create the two roles that serve pages and the platform; it is no superuser,
# because a superuser walks past row-level security.
set -eu
psql --username "$POSTGRES_USER" --dbname postgres --set ON_ERROR_STOP=1 --set password="$GARAGE_DESK_PASSWORD" <<'SQL'
create role garage_desk login createrole nosuperuser nobypassrls password :'password';
create database garage_desk owner garage_desk;
SQL
