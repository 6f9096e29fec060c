#!/usr/bin/env bash
# Says in one issue which external links lead nowhere: opens it, renews it, and closes it when all
# are good again.
#
#   report-links.sh REPORT
#
# From the environment: GH_TOKEN, for gh; FOUND, what lychee says: 0 for all good, 2 for links that
# are not, anything else where it failed itself.
set -euo pipefail

title="External links that lead nowhere"
text=$(mktemp)
case $FOUND in
  0 | 2) ;;
  *)
    echo "::error::the links were not checked; see the step before"
    exit 1
    ;;
esac
# By its author too: anyone may open an issue of that title.
number=$(gh issue list --app github-actions --state open --limit 100 --json number,title \
  --jq "map(select(.title == \"$title\")) | .[0].number // empty")
if [ "$FOUND" = 0 ]; then
  if [ -n "$number" ]; then gh issue close "$number" --comment "All external links are good again."; fi
  exit 0
fi
# Tokens of links that were shared on purpose need not stand in one more place; an issue is cut at
# 65,536 characters.
masked=$(mktemp)
sed --regexp-extended 's/(access_?token=)[^]&#)>" ]*/\1…/Ig' "$1" > "$masked"
awk '{ size += length($0) + 1; if (size > 60000) exit; print }' "$masked" > "$text"
cat "$text" >> "${GITHUB_STEP_SUMMARY:-/dev/null}"
if [ -n "$number" ]; then
  gh issue edit "$number" --body-file "$text"
else
  gh issue create --title "$title" --body-file "$text"
fi
