#!/usr/bin/env bash
# Decides whether this run writes to the cache, and makes the cache directory for this user alone.
set -euo pipefail

# By name, so that an event which is not thought of here only reads. A `pull_request_target` or a `workflow_run` has the
# default branch's ref, too, and may scan anybody's tree.
writes=false
case "$GITHUB_EVENT_NAME" in
  # It runs on the default branch alone, and its event does not say which that is.
  schedule) writes=true ;;
  push | workflow_dispatch)
    if [[ -n $DEFAULT_BRANCH && $GITHUB_REF == "refs/heads/$DEFAULT_BRANCH" ]]; then
      writes=true
    fi
    ;;
esac
echo "writes=$writes" >>"$GITHUB_OUTPUT"

# The runner empties its temporary directory before each job: what is here is from an earlier step of this one.
mkdir -p -- "$BULLA_DIR"
chmod 700 -- "$BULLA_DIR"
