# What install.sh, upgrade.sh and go-back.sh share (they read it; it does nothing by itself).
#
#   /srv/portal/
#     .env                    the settings, for the user `portal` alone
#     releases/NAME/          one release: code and packages of root, and var/, which is all that it writes
#     venvs/DIGEST/           the packages of one requirements.txt; releases that need the same ones share them
#     current, previous       links to the release that serves and to the one before
#     shared/                 uploads, backups, and when the daily work was done last
#
# nginx finds socket, static files and finished pages through `current`: one change of that link is the switch.
# shellcheck shell=bash disable=SC2034 # the scripts that read it use its variables

portal=/srv/portal
user=portal
sources=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# What a release is made of.
contents=(CHANGELOG.md LICENSE README.md deploy docs locale manage.py mscoe_portal pyproject.toml requirements.txt static
    stemcells templates)
log=/var/log/portal-deploy.log
changes=0

did() { changes=$((changes + 1)) && printf 'done       %s\n' "$*"; }
kept() { printf 'unchanged  %s\n' "$*"; }
checked() { printf 'checked    %s\n' "$*"; }
stop() { printf 'STOPPED    %s\n' "$*" >&2 && exit 1; }

# WHAT-FAILED COMMAND...: run it; what it says goes to the log, and its last line is the reason when it fails.
quietly() {
    "${@:2}" &>>"$log" || stop "$1: $(grep --text . "$log" | tail --lines 1) (all of it: $log)"
}

# PATH MODE OWNER: the standard input becomes the file, unless it is that already. Succeeds if it was not.
write() {
    local text
    text=$(cat)
    if [[ -e $1 && $(<"$1") == "$text" && $(stat --format=%a:%U "$1") == "$2:$3" ]]; then
        kept "$1"
        return 1
    fi
    install --mode="$2" --owner="$3" --group="$3" /dev/stdin "$1.new" <<<"$text"
    mv --no-target-directory "$1.new" "$1"
    did "$1"
}

# TARGET PATH: the link changes in one step, and nobody finds it missing.
link() {
    [[ $(readlink "$2") == "$1" ]] && return
    ln --symbolic --force --no-dereference "$1" "$2.new"
    mv --no-target-directory "$2.new" "$2"
}

need_root() {
    [[ $(id --user) == 0 ]] || stop "Run this as root, as in: sudo $0 $*"
    umask 022
    exec 9>/run/lock/portal-deploy
    flock --nonblock 9 || stop "Another install or upgrade is running."
}

# The version, and a digest of all that is in it: other code has another name.
release_name() {
    local version digest
    version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$sources/pyproject.toml")
    digest=$(cd "$sources" && find "${contents[@]}" -type f ! -name '*.pyc' -print0 | LC_ALL=C sort --zero-terminated |
        xargs --null sha256sum | sha256sum)
    printf '%s-%.10s' "$version" "$digest"
}

# current, or previous: the name of that release; nothing when there is none.
release() { basename "$(readlink "$portal/$1" || true)"; }

# RELEASE ARGUMENT...: manage.py of that release, as the user that runs it.
manage() {
    runuser --user "$user" -- env --chdir="$portal/releases/$1" HOME="$portal" \
        "$portal/releases/$1/.venv/bin/python" manage.py "${@:2}"
}

# RELEASE: its folder, from the sources that this script came with.
make_release() {
    local folder=$portal/releases/$1 packages
    if [[ -e $folder/.complete ]]; then
        kept "release $1"
        return
    fi
    packages=$portal/venvs/$({ python3 --version && cat "$sources/requirements.txt"; } | sha256sum | head --bytes 12)
    if [[ -e $packages/.complete ]]; then
        kept "packages of requirements.txt"
    else
        rm --recursive --force "$packages"
        quietly "Python's environment could not be made" python3 -m venv "$packages"
        quietly "The packages of requirements.txt could not be installed" "$packages/bin/python" -m pip install \
            --disable-pip-version-check --no-cache-dir --require-hashes --requirement "$sources/requirements.txt"
        touch "$packages/.complete"
        did "packages of requirements.txt, each with the hash that is written there"
    fi
    rm --recursive --force "$folder"
    mkdir --parents "$folder"
    tar --directory "$sources" --create --exclude __pycache__ "${contents[@]}" |
        tar --directory "$folder" --extract --no-same-owner
    ln --symbolic "$packages" "$folder/.venv"
    ln --symbolic ../../.env "$folder/.env"
    quietly "The code could not be compiled" "$folder/.venv/bin/python" -m compileall -q "$folder/manage.py" \
        "$folder/mscoe_portal" "$folder/stemcells"
    install --directory --mode=750 --owner="$user" --group="$user" "$folder/var"
    touch "$folder/.complete"
    did "release $1 in $folder"
}

# RELEASE: database, content, static files and search, as it needs them. Another release may serve meanwhile.
prepare_release() {
    if [[ -e $portal/releases/$1/var/.prepared ]]; then
        kept "database, content, static files and search"
        return
    fi
    quietly "The release could not be made ready" manage "$1" serve --prepare
    runuser --user "$user" -- touch "$portal/releases/$1/var/.prepared"
    did "database migrated, content loaded, static files collected, search made ready"
}

# The name under which readers know the site.
site_name() { sed -n 's/^ALLOWED_HOSTS=\([^,]*\).*/\1/p' "$portal/.env"; }

# RELEASE PATH [ARGUMENT...]: ask a release itself for a page, past nginx, as nginx would ask, and with its rights.
ask() {
    runuser --user www-data -- curl --silent --show-error --max-time 30 --unix-socket "$portal/releases/$1/var/portal.sock" \
        --header "Host: $(site_name)" --header 'X-Forwarded-Proto: https' "${@:3}" "http://localhost$2"
}

status_of() { ask "$1" "$2" --output /dev/null --write-out '%{http_code}' 2>/dev/null || true; }

# RELEASE: start it. Fails, with what it said last, when it is not ready within a minute.
start_release() {
    local _try
    systemctl start "portal@$1" &>>"$log" || true
    for _try in {1..120}; do
        [[ $(status_of "$1" /healthz/ready) == 200 ]] && return
        sleep 0.5
    done
    why="release $1 is not ready after a minute: $(ask "$1" /healthz/ready 2>&1 | head --bytes 300) (journalctl -u portal@$1)"
    return 1
}

# RELEASE: its pages, asked past nginx. Fails, and names the page, when one does not answer 200.
check_pages() {
    local page path paths
    page=$(ask "$1" / --fail 2>&1) || { why="/ of release $1: $page" && return 1; }
    paths=$(ask "$1" /sitemap.xml --fail 2>&1 | grep --only-matching '<loc>[^<]*' | sed 's|<loc>https\?://[^/]*||')
    [[ $paths ]] || { why="/sitemap.xml of release $1 names no page" && return 1; }
    paths+=$'\n/search/?q=stem\n/admin/login/\n'
    paths+=$(grep --only-matching --extended-regexp '(href|src)="/static/[^"]+"' <<<"$page" | cut --delimiter='"' --fields=2)
    while read -r path; do
        [[ $(status_of "$1" "$path") == 200 ]] || { why="$path of release $1 answers $(status_of "$1" "$path")" && return 1; }
    done <<<"$paths"
    pages=$(wc --lines <<<"$paths")
}

# FOLDER: systemd's units, as that release has them.
write_units() {
    local unit before=$changes
    for unit in portal@.service portal-daily@.service portal-daily@.timer portal-daily@backup.service.d/keep.conf; do
        # Whoever goes back comes to a release that may not have all of them.
        [[ -e $1/deploy/$unit ]] || continue
        mkdir --parents "/etc/systemd/system/$(dirname "$unit")"
        write "/etc/systemd/system/$unit" 644 root <"$1/deploy/$unit" || true
    done
    ((changes == before)) || quietly "systemd cannot read the units" systemctl daemon-reload
}

start_timers() {
    local command
    for command in backup check_links clearsessions delete_expired_tries send_review_reminders; do
        systemctl is-enabled --quiet "portal-daily@$command.timer" && kept "once a day: $command" && continue
        quietly "The timer cannot be started" systemctl enable --now "portal-daily@$command.timer"
        did "once a day: $command"
    done
}

# FOLDER: nginx's configuration, as that release has it, with the site's name; IPv6 where this host has it.
nginx_conf() {
    local unwanted='^$'
    [[ -e /proc/net/if_inet6 ]] || unwanted='listen \[::\]'
    sed "s/www\.example\.org/$(site_name)/; /$unwanted/d" "$1/deploy/nginx.conf"
}

# RELEASE: readers get it from now on; those who have a page of the one before open still find its files.
switch_to() {
    [[ $(release current) == "$1" ]] && return
    link "releases/$(release current)" "$portal/previous"
    link "releases/$1" "$portal/current"
    systemctl enable --quiet "portal@$1" &>>"$log"
}

# Fails when the site's start page does not come out of nginx.
check_site() {
    curl --silent --show-error --fail --insecure --max-time 30 --output /dev/null --connect-to "::127.0.0.1:443" \
        "https://$(site_name)/" 2>>"$log" || { why="https://$(site_name)/ does not answer: $(tail --lines 1 "$log")" && return 1; }
}

# RELEASE: stop it when it has answered what it was asked for.
retire() {
    local _try
    for _try in {1..60}; do
        # In state 03 (connected); a socket that listens is in 01.
        grep --quiet " 03 *[0-9]* $portal/releases/$1/var/portal.sock" /proc/net/unix || break
        sleep 0.5
    done
    systemctl disable --quiet --now "portal@$1" &>>"$log" || true
}
