#!/usr/bin/env bash
# One scan, as the inputs of action.yml say. Each comes as a variable: no input is ever a part of a script.
set -euo pipefail

bulla="$RUNNER_TEMP/bulla-program/bin/bulla"

if [[ $WRITES == true ]]; then
  export BULLA_LANE=main BULLA_MODE=read-write
  key=${INPUT_KEY:-$INPUT_PUBLIC_KEY}
else
  export BULLA_LANE=pr BULLA_MODE=read-only
  key=${INPUT_PUBLIC_KEY:-$INPUT_KEY}
fi
# The directory's own key would be used without one, and there must be none beside what travels.
if [[ -z $key ]]; then
  echo "::notice title=bulla::without a key every scanner runs, and nothing is kept"
  export BULLA_MODE=off
else
  export BULLA_KEY="$key"
fi
unset INPUT_KEY INPUT_PUBLIC_KEY key

args=(scan --github)

# flag VALUE: none without a value.
one() {
  if [[ -n $2 ]]; then args+=("$1=$2"); fi
}
# flag VALUE...: the values have spaces, commas or lines between them.
each() {
  local words word
  read -r -d '' -a words <<<"${2//,/ }" || true
  for word in ${words[@]+"${words[@]}"}; do args+=("$1=$word"); done
}
switch() {
  if [[ $2 == true ]]; then args+=("$1"); fi
}

switch --install "$INPUT_INSTALL"
each --only "$INPUT_SCANNERS"
each --skip "$INPUT_SKIP"
each --required "$INPUT_REQUIRED"
one --fail-on "$INPUT_FAIL_ON"
one --warn-on "$INPUT_WARN_ON"
switch --only-fixed "$INPUT_ONLY_FIXED"
switch --soft-fail "$INPUT_SOFT_FAIL"
one --max-age "$INPUT_MAX_AGE"
while IFS= read -r line; do
  line=${line#"${line%%[![:space:]]*}"}
  line=${line%"${line##*[![:space:]]}"}
  one --output "$line"
done <<<"$INPUT_OUTPUT"

# One line, because the outputs of a step are lines.
sarif=${INPUT_SARIF:-$RUNNER_TEMP/bulla.sarif}
sarif=${sarif%%$'\n'*}
# An earlier scan's report is not this one's.
rm -f -- "$sarif"
args+=("--output=sarif=$sarif")

# What is printed quotes what others wrote, and the runner obeys a line that looks like a command: between these two it
# obeys none. There is one stream, because the runner reads two in any order.
token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
quoting() {
  local code=0
  printf '::stop-commands::%s\n' "$token"
  "$@" 2>&1 || code=$?
  printf '\n::%s::\n' "$token"
  return "$code"
}

code=0
quoting "$bulla" "${args[@]}" -- "$INPUT_TARGET" || code=$?

# What is expired or refused need not travel.
if [[ $BULLA_MODE == read-write ]]; then
  quoting "$bulla" clean --quiet || echo "::warning title=bulla::the cache was not cleaned"
fi
{
  echo "exit-code=$code"
  if [[ -f $sarif ]]; then echo "sarif=$sarif"; fi
  if compgen -G "$BULLA_DIR/*.bulla" >/dev/null; then echo "entries=true"; fi
} >>"$GITHUB_OUTPUT"
exit "$code"
