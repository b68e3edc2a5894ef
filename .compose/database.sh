#!/bin/sh
# Runs once, when the database is new: the portal signs in as an ordinary user who owns its own database and no more.
set -eu
psql --username postgres --set ON_ERROR_STOP=1 --set password="$PORTAL_PASSWORD" <<'SQL'
CREATE ROLE portal LOGIN PASSWORD :'password' NOSUPERUSER NOCREATEDB NOCREATEROLE;
ALTER DATABASE portal OWNER TO portal;
REVOKE CONNECT ON DATABASE portal FROM PUBLIC;
\connect portal
ALTER SCHEMA public OWNER TO portal;
SQL
