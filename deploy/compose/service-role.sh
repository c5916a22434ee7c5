#!/bin/sh
# Once, in an empty database: the role that the programs run as. `manage.py grant_role` gives it rows.
psql --set ON_ERROR_STOP=1 --set password="$SERVICE_PASSWORD" --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
CREATE ROLE satupintu LOGIN PASSWORD :'password';
SQL
