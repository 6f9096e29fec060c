#!/usr/bin/env bash
# Brings files that were written anew to the base branch, by a pull request or a push.
#
#   renew.sh BRANCH TITLE FILE...
#
# From the environment, besides what pull-request.sh reads: REPORT, a file whose text the request
# shows; NOT_NEWS, a pattern of lines that are no reason to commit; PUSH, `direct` or `pull-request`.
set -euo pipefail
# shellcheck source=.github/pull-request.sh
source "$(dirname "${BASH_SOURCE[0]}")/pull-request.sh"

title=$2
files=("${@:3}")
case ${PUSH:=pull-request} in
  direct | pull-request) ;;
  *)
    echo "::error::REFRESH_PUSH is neither direct nor pull-request"
    exit 1
    ;;
esac
begin "$1"
git switch --quiet --force-create "$branch"
git add -- "${files[@]}"
if [ -n "$(git diff --cached ${NOT_NEWS:+--ignore-matching-lines "$NOT_NEWS"})" ]; then
  git commit --quiet --message "$title"
fi

if [ "$PUSH" = pull-request ]; then
  propose "$title" "$REPORT"
  exit 0
fi
if git diff --quiet "origin/$BASE...HEAD"; then exit 0; fi
# Somebody may have pushed in the meantime.
for attempt in 1 2 3; do
  git rebase --quiet "origin/$BASE"
  if git push --quiet origin "HEAD:refs/heads/$BASE"; then exit 0; fi
  echo "$BASE has moved (attempt $attempt)"
  git fetch --quiet origin
done
echo "::error::$BASE takes no push from here: see whether a rule protects it, or set REFRESH_PUSH to pull-request"
exit 1
