#!/usr/bin/env bash
# Run once by the postgres image, when the data volume is empty: makes the five roles of Kazumi and its database.
# None of them is a superuser or may pass row-level security. Tables, policies and their rights come from sql/migrations.
set -euo pipefail

psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres <<'SQL'
-- A failing statement below would print a password into the server's log.
set log_statement = 'none';
set log_min_error_statement = 'panic';

-- From the environment and not from arguments, which every process of the machine can read.
\getenv owner_password KAZUMI_DB_OWNER_PASSWORD
\getenv app_password KAZUMI_DB_APP_PASSWORD
\getenv writer_password KAZUMI_DB_WRITER_PASSWORD
\getenv registrar_password KAZUMI_DB_REGISTRAR_PASSWORD
\getenv backup_password KAZUMI_DB_BACKUP_PASSWORD

create role kazumi_owner login nosuperuser nocreatedb nocreaterole nobypassrls password :'owner_password';
create role kazumi_app login nosuperuser nocreatedb nocreaterole nobypassrls password :'app_password';
create role kazumi_writer login nosuperuser nocreatedb nocreaterole nobypassrls password :'writer_password';
create role kazumi_registrar login nosuperuser nocreatedb nocreaterole nobypassrls password :'registrar_password';
create role kazumi_backup login nosuperuser nocreatedb nocreaterole nobypassrls password :'backup_password';

create database kazumi owner kazumi_owner encoding 'UTF8' template template0;
revoke all on database kazumi from public;
grant connect on database kazumi to kazumi_app, kazumi_writer, kazumi_registrar, kazumi_backup;
SQL
