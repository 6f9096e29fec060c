#!/usr/bin/env bash
# Brings the one pull request of discovered experiments up to date. What people committed to its
# branch stays.
#
# From the environment, besides what pull-request.sh reads: GITHUB_TOKEN, to read the issues;
# APPLY_LINKS.
set -euo pipefail
# shellcheck source=.github/pull-request.sh
source "$(dirname "${BASH_SOURCE[0]}")/pull-request.sh"

text=$(mktemp)
options=()
if [ "${APPLY_LINKS:-false}" = true ]; then options+=(--apply-links); fi

begin discover
people=
if [ -n "$number" ] && [ -n "$old" ]; then
  people=$(git log --format=%ae "origin/$BASE..$old" | grep --invert-match --line-regexp --fixed-strings "$bot" || true)
fi

if [ -n "$people" ]; then
  git switch --quiet --force-create "$branch" "$old"
  if ! git merge --quiet --no-edit "origin/$BASE"; then
    git merge --abort
    echo "::error::$branch and $BASE changed the same lines; merge $BASE into $branch by hand"
    exit 1
  fi
  labbook discover "${options[@]}"
  # The text is about the whole pull request, so what it adds to its base.
  base=$(mktemp --directory)
  git worktree add --quiet --detach "$base" "origin/$BASE"
  cp data/ignored.yaml "$base/data/ignored.yaml"
  labbook --config "$base/mkdocs.yml" discover --dry-run --pr-body "$text" "${options[@]}" > /dev/null
  git worktree remove --force "$base"
else
  git switch --quiet --force-create "$branch" "origin/$BASE"
  labbook discover --pr-body "$text" "${options[@]}"
fi
cat "$text" >> "${GITHUB_STEP_SUMMARY:-/dev/null}"

git add data/experiments.yaml
git diff --cached --quiet || git commit --quiet --message "List experiments found among the issues"
propose "New experiments found among the issues" "$text"
