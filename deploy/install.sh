#!/bin/bash
# Turns a bare Debian 12 into a running site: deploy/install.sh www.example.org
#
# Says each step in a line, and stops with one line when it cannot go on; then mend that and run it again. What is there
# already is left as it is, so a second run changes nothing. docs/operations.md explains what comes before and after.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=release.sh
source "$(dirname "$0")/release.sh"

domain=${1-}
[[ $domain =~ ^[a-z0-9-]+(\.[a-z0-9-]+)+$ ]] || stop "Name the site, in small letters, as in: $0 www.example.org"
need_root "$@"
command -v apt-get >/dev/null || stop "This is for Debian 12; there is no apt-get here."

# --- Packages ---
packages=()
for package in ca-certificates curl libnginx-mod-http-brotli-static nginx openssl postgresql python3-venv tzdata; do
    [[ $(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || packages+=("$package")
done
if ((${#packages[@]})); then
    quietly "The lists of packages could not be fetched" apt-get update
    quietly "Packages could not be installed" env DEBIAN_FRONTEND=noninteractive \
        apt-get install --yes --no-install-recommends "${packages[@]}"
    did "packages: ${packages[*]}"
else
    kept "packages"
fi
python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || stop "Python 3.11 or newer is needed; Debian 12 has it."

# --- User and folders ---
if id "$user" &>/dev/null; then
    kept "user $user"
else
    quietly "The user $user could not be made" useradd --system --user-group --home-dir "$portal" --no-create-home \
        --shell /usr/sbin/nologin "$user"
    did "user $user"
fi
if [[ " $(id --name --groups www-data) " == *" $user "* ]]; then
    kept "nginx may read what the portal writes"
else
    usermod --append --groups "$user" www-data
    did "nginx may read what the portal writes"
fi
mkdir --parents "$portal/releases" "$portal/venvs"
for folder in shared shared/media; do
    [[ -d $portal/$folder ]] || install --directory --mode=750 --owner="$user" --group="$user" "$portal/$folder"
done

# --- Database: the user of the system is the one of the database, by PostgreSQL's "peer"; there is no password ---
# DATABASE SQL: what it answers.
in_database() { runuser --user postgres -- psql --no-psqlrc --quiet --tuples-only --no-align --dbname "$1" --command "$2"; }
systemctl is-active --quiet postgresql || quietly "PostgreSQL does not start" systemctl enable --now postgresql
in_database postgres 'SELECT 1' &>>"$log" || stop "PostgreSQL does not answer: $(tail --lines 1 "$log")"
if [[ $(in_database postgres "SELECT 1 FROM pg_database WHERE datname = '$user'") ]]; then
    kept "database $user"
else
    [[ $(in_database postgres "SELECT 1 FROM pg_roles WHERE rolname = '$user'") ]] ||
        quietly "The role $user could not be made" runuser --user postgres -- createuser "$user"
    quietly "The database could not be made" runuser --user postgres -- createdb --owner="$user" --encoding=UTF8 \
        --template=template0 "$user"
    did "database $user"
fi

# --- Settings: written once, then the operator's ---
if [[ -e $portal/.env ]]; then
    [[ $(site_name) == "$domain" ]] || stop "$portal/.env names $(site_name) first in ALLOWED_HOSTS, not $domain."
    kept "$portal/.env"
else
    zone=$(cat /etc/timezone 2>/dev/null || echo America/New_York)
    write "$portal/.env" 600 "$user" <<END
# Each is explained in $portal/current/.env.example. After a change: systemctl restart 'portal@*'
SECRET_KEY=$(openssl rand -base64 48)
ALLOWED_HOSTS=$domain
DATABASE_URL=postgres:///$user?host=/var/run/postgresql
BEHIND_PROXY=on
PROXY_COUNT=1
DELIVERY_FILES=on
SHARED_DIR=$portal/shared
TIME_ZONE=$zone
# EMAIL_URL=smtp+tls://USER:PASSWORD@HOST:587
DEFAULT_FROM_EMAIL=portal@${domain#www.}
END
fi

# --- The release ---
name=$(release_name)
serving=$(release current)
[[ -z $serving || $serving == "$name" ]] ||
    stop "Release $serving serves already, and this is $name. To change over: $(dirname "$0")/upgrade.sh"
make_release "$name"
prepare_release "$name"
if [[ $(in_database "$user" "UPDATE django_site SET domain = '$domain' WHERE domain = 'example.com' RETURNING id") ]]; then
    did "links in letters lead to $domain"
fi

# --- Services ---
write_units "$portal/releases/$name"
if systemctl is-active --quiet "portal@$name"; then
    kept "portal@$name is running"
else
    quietly "The portal cannot be started at boot" systemctl enable "portal@$name"
    start_release "$name" || stop "$why"
    did "portal@$name is running"
fi
check_pages "$name" || stop "$why"
checked "$pages addresses, asked of the portal itself"
link "releases/$name" "$portal/current"
[[ -e $portal/previous ]] || link "releases/$name" "$portal/previous"
if [[ $(readlink /usr/local/bin/portal-manage) == "$portal/current/deploy/portal-manage" ]]; then
    kept "portal-manage"
else
    link "$portal/current/deploy/portal-manage" /usr/local/bin/portal-manage
    did "portal-manage, which is manage.py of the release that serves"
fi

# --- nginx ---
reload=0
if [[ ! -e /etc/ssl/private/portal.key ]]; then
    quietly "The certificate could not be made" openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj "/CN=$domain" \
        -addext "subjectAltName=DNS:$domain" -keyout /etc/ssl/private/portal.key -out /etc/ssl/certs/portal.pem
    chmod 600 /etc/ssl/private/portal.key
    did "certificate of its own for 30 days, which no browser trusts: put the site's into /etc/ssl/certs/portal.pem and /etc/ssl/private/portal.key"
fi
write /etc/nginx/sites-available/portal 644 root < <(nginx_conf "$portal/releases/$name") && reload=1
if [[ ! -e /etc/nginx/sites-enabled/portal ]]; then
    ln --symbolic ../sites-available/portal /etc/nginx/sites-enabled/portal
    rm --force /etc/nginx/sites-enabled/default
    did "nginx serves the portal in the place of its own start page"
    reload=1
fi
quietly "nginx cannot use its configuration" nginx -t
if ! systemctl is-active --quiet nginx; then
    quietly "nginx does not start" systemctl enable --now nginx
elif ((reload)); then
    quietly "nginx does not take its new configuration" systemctl reload nginx
fi
check_site || stop "$why"
checked "https://$domain/ through nginx"

start_timers

# --- What is left for a person to do ---
printf '\n'
manage "$name" check --deploy --database default --fail-level CRITICAL 2>&1 | tee --append "$log"
if ((changes)); then
    printf '\n%s changes. The site: https://%s/\nThe first person who may sign in, once mail works:\n  portal-manage invite_editor ADDRESS --group "Site managers" --site https://%s\n' "$changes" "$domain" "$domain"
else
    printf '\nNothing was changed. The site: https://%s/\n' "$domain"
fi
