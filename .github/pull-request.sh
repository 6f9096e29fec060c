# shellcheck shell=bash
# What the scripts beside this one share: the one pull request of a branch, which is opened, renewed,
# and closed when nothing is left to propose.
#
# From the environment: BASE, the branch that it is merged into; GH_TOKEN, for git and gh; STARTS_CI,
# whether CI starts by itself at a push with GH_TOKEN.

bot="41898282+github-actions[bot]@users.noreply.github.com"

# Lets git push, and finds what there is of the branch: its commit `old` and its request `number`.
begin() {
  branch=$1
  gh auth setup-git
  git config user.name "github-actions[bot]"
  git config user.email "$bot"
  git fetch --quiet --prune origin
  old=$(git rev-parse --quiet --verify "refs/remotes/origin/$branch" || true)
  number=$(gh pr list --head "$branch" --base "$BASE" --state open --json number --jq '.[0].number // empty')
}

# Proposes what HEAD adds to the base, under a title and with the text of a file.
propose() {
  local title=$1 text=$2
  if git diff --quiet "origin/$BASE...HEAD"; then
    if [ -n "$number" ]; then
      gh pr close "$number" --comment "Nothing is left to propose."
      git push --quiet origin --delete "$branch"
    fi
    return
  fi
  local pushed=false
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
}
