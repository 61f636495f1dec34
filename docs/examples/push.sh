#!/bin/sh
# Pushes one file and prints its receipt: push.sh FILE URN [whole=true].  IEWO_URL is the service, IEWO_KEY the school's key (iewo_...).
# Exit: 0 every row accepted, 3 rows or the file refused, 6 a whole roll waits for a yes, 1 anything else. Sent again it is the same feed. curl 7.76+.
[ -n "${IEWO_URL-}" ] && [ -n "${IEWO_KEY-}" ] && [ -n "${2-}" ] || { echo "push.sh FILE URN, with IEWO_URL and IEWO_KEY set" >&2; exit 1; }
[ -f "$1" ] && [ -r "$1" ] || { echo "push.sh: $1 is not a file that can be read" >&2; exit 1; }
receipt=$(mktemp) && trap 'rm -f "$receipt"' EXIT
status=$(printf 'header = "Authorization: Bearer %s"\n' "$IEWO_KEY" |    # by the standard input: others see what stands in a command
    curl --config - --silent --show-error --fail-with-body --retry 5 --output "$receipt" --write-out '%{http_code}' \
        --header 'Content-Type: text/csv' --data-binary "@$1" "$IEWO_URL/v1/schools/$2/feeds?${3-}")
code=$?
cat "$receipt"; echo
[ "$code" -eq 0 ] || case "$status" in 413 | 422) exit 3 ;; *) exit 1 ;; esac
grep -Eq '"refused_rows": ?0[,}]' "$receipt" || exit 3
! grep -Eq '"state": ?"waiting for a yes"' "$receipt" || exit 6
