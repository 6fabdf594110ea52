#!/bin/bash
# Puts the release that this script came with in the place of the one that serves, and no reader notices.
#
# Backup, new release beside the old one, migrations (which the old one can live with), checks of the new one by itself,
# switch, check through nginx. When a check fails, the old release serves on, or again. docs/operations.md says more.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=release.sh
source "$(dirname "$0")/release.sh"

need_root "$@"
old=$(release current)
[[ $old ]] || stop "Nothing is installed yet. To install: $(dirname "$0")/install.sh www.example.org"
name=$(release_name)
if [[ $name == "$old" ]]; then
    kept "release $name serves already"
    exit
fi

# Whatever ends this script before the new release has proved itself.
give_up() {
    local code=$?
    trap - EXIT
    ((code == 0)) && exit
    write_units "$portal/releases/$old" >>"$log"
    if [[ $(release current) == "$name" ]]; then
        link "releases/$before" "$portal/previous"
        link "releases/$old" "$portal/current"
        systemctl enable --quiet "portal@$old" &>>"$log" || true
    fi
    retire "$name"
    printf 'went back  release %s serves, as before\n' "$old" >&2
    exit "$code"
}
before=$(release previous)
trap give_up EXIT
trap 'exit 1' INT TERM

quietly "The backup failed" manage "$old" backup
did "backup of database and uploads, in $portal/shared/backups"
make_release "$name"
manage "$name" check --deploy --fail-level ERROR --database default &>"$log.check" ||
    stop "The new release finds fault with the settings: $(cat "$log.check")"
checked "settings, by the new release"
prepare_release "$name"
write_units "$portal/releases/$name"
start_release "$name" || stop "$why"
check_pages "$name" || stop "$why"
checked "$pages addresses of the new release, asked past nginx"
switch_to "$name"
check_site || stop "$why"
did "switched from $old to $name"
trap - EXIT
if cmp --silent /etc/nginx/sites-available/portal <(nginx_conf "$portal/releases/$old"); then
    if write /etc/nginx/sites-available/portal 644 root < <(nginx_conf "$portal/releases/$name"); then
        if ! nginx -t &>>"$log"; then
            write /etc/nginx/sites-available/portal 644 root < <(nginx_conf "$portal/releases/$old")
            stop "Release $name serves, but nginx cannot use its new configuration, and keeps the old one: see $log"
        fi
        quietly "nginx does not take its new configuration" systemctl reload nginx
    fi
else
    printf 'to do      /etc/nginx/sites-available/portal was changed by hand: compare it with %s/deploy/nginx.conf\n' "$sources"
fi
retire "$old"
did "stopped $old, when it had answered everybody"
start_timers

for folder in "$portal"/releases/*; do
    [[ $(basename "$folder") == "$name" || $(basename "$folder") == "$old" ]] && continue
    rm --recursive --force "$folder"
    did "deleted the release $(basename "$folder")"
done
for folder in "$portal"/venvs/*; do
    [[ " $(readlink "$portal/releases/$name/.venv" "$portal/releases/$old/.venv" | tr '\n' ' ') " == *" $folder "* ]] && continue
    rm --recursive --force "$folder"
done
printf '\nRelease %s serves. To go back to %s: %s/current/deploy/go-back.sh\n' "$name" "$old" "$portal"
