#!/bin/bash
# Puts the release before in the place of the one that serves, on the database as it is now. Run again, it changes back.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=release.sh
source "$(dirname "$0")/release.sh"

need_root "$@"
serving=$(release current)
name=$(release previous)
[[ $name && $name != "$serving" ]] || stop "There is no release before $serving."
start_release "$name" || { retire "$name" && stop "$why"; }
check_pages "$name" || { retire "$name" && stop "$why"; }
checked "$pages addresses of release $name, asked past nginx"
switch_to "$name"
did "switched from $serving to $name"
retire "$serving"
did "stopped $serving, when it had answered everybody"
