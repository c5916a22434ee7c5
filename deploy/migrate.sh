#!/bin/sh
# As root: the owner of the tables brings them up to date, and gives the programs' role its rows.
# That owner is a user of the machine who reads no key and no file, and a role of PostgreSQL.
set -eu
cd /opt/satupintu
set -a
. /etc/satupintu/satupintu.env
[ ! -r /etc/satupintu/owner.env ] || . /etc/satupintu/owner.env  # another DATABASE_URL
set +a
as_owner() {
  setpriv --reuid=satupintu_owner --regid=satupintu_owner --clear-groups --inh-caps=-all \
    .venv/bin/python manage.py "$@"
}
as_owner migrate
as_owner grant_role satupintu
