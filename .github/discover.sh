#!/usr/bin/env bash
# Brings the one pull request of discovered experiments up to date: opens it, renews it, or closes it
# when nothing is left to propose. What people committed to its branch stays.
#
# From the environment: BASE, the branch that curators edit; GH_TOKEN, for git and gh; GITHUB_TOKEN, to
# read the issues; STARTS_CI, whether CI starts by itself at a push with GH_TOKEN; APPLY_LINKS.
set -euo pipefail

branch=discover
title="New experiments found among the issues"
bot="41898282+github-actions[bot]@users.noreply.github.com"
text=$(mktemp)
options=()
if [ "${APPLY_LINKS:-false}" = true ]; then options+=(--apply-links); fi

gh auth setup-git
git config user.name "github-actions[bot]"
git config user.email "$bot"
git fetch --quiet --prune origin
old=$(git rev-parse --quiet --verify "refs/remotes/origin/$branch" || true)
number=$(gh pr list --head "$branch" --base "$BASE" --state open --json number --jq '.[0].number // empty')

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

if git diff --quiet "origin/$BASE" HEAD; then
  if [ -n "$number" ]; then
    gh pr close "$number" --comment "Nothing is left to propose."
    git push --quiet origin --delete "$branch"
  fi
  exit 0
fi

pushed=false
if [ -z "$old" ] || ! git diff --quiet "$old" HEAD; then
  git push --quiet --force-with-lease="$branch:$old" origin "HEAD:refs/heads/$branch"
  pushed=true
fi
if [ -n "$number" ]; then
  gh pr edit "$number" --body-file "$text"
else
  gh pr create --head "$branch" --base "$BASE" --title "$title" --body-file "$text"
fi
if [ "$pushed" = true ] && [ "${STARTS_CI:-false}" != true ]; then
  gh workflow run ci.yml --ref "$branch"
fi
