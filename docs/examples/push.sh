#!/bin/sh
# Pushes one file and prints its receipt: push.sh FILE URN.  IEWO_URL is the service, IEWO_KEY the school's key (iewo_...).
# Exit: 0 every row accepted, 3 rows refused, 1 anything else. The same file pushed again is the same feed. Needs curl 7.76 or later.
set -u
receipt=$(mktemp) && trap 'rm -f "$receipt"' EXIT
printf 'header = "Authorization: Bearer %s"\n' "$IEWO_KEY" |    # by the standard input: other users see what stands in a command
    curl --config - --silent --show-error --fail-with-body --retry 5 --output "$receipt" \
        --header 'Content-Type: text/csv' --data-binary "@$1" "$IEWO_URL/v1/schools/$2/feeds"
code=$?
cat "$receipt"; echo
[ "$code" -eq 0 ] || exit 1
grep -Eq '"refused_rows": ?0[,}]' "$receipt" || exit 3
