#!/usr/bin/env bash
# Proposes a renewed run table as the one pull request of the branch `runs`; no request where no run
# is new or changed, even if the first line has a later day.
#
# From the environment: BASE, the branch that it is merged into; GH_TOKEN, for git and gh; STARTS_CI,
# whether CI starts by itself at a push with GH_TOKEN.
set -euo pipefail

branch=runs

gh auth setup-git
git config user.name "github-actions[bot]"
git config user.email "41898282+github-actions[bot]@users.noreply.github.com"
git switch --quiet --force-create "$branch"
git add data/infinite-compute/runs.jsonl
news=$(git diff --cached --ignore-matching-lines '^[{]"as_of":')
if [ -z "$news" ]; then exit 0; fi
git commit --quiet --message "Renew the run table from W&B"
git push --quiet --force origin "HEAD:refs/heads/$branch"

number=$(gh pr list --head "$branch" --base "$BASE" --state open --json number --jq '.[0].number // empty')
if [ -z "$number" ]; then
  gh pr create --head "$branch" --base "$BASE" --title "Renew the run table" \
    --body "New and changed runs of the infinite-compute project, as W&B has them today."
fi
if [ "${STARTS_CI:-false}" != true ]; then
  gh workflow run ci.yml --ref "$branch"
fi
