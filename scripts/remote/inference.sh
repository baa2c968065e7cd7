#!/usr/bin/env bash
# Runs inside the container: starts the engine by torchrun, and ends as it ends.
#
#   NUM_GPU            how many ranks
#   COSMOS_ARGUMENTS   a file: the script (or -m MODULE) and its arguments, each ended by a NUL byte
#   COSMOS_LOG         where everything that is printed goes
#   COSMOS_SECRETS     a folder of secrets [/run/cosmos-secrets]; HF_TOKEN in it is read
#
# What the caller wrote never becomes shell text: it goes from the file into an array, and from there to
# torchrun. Nothing is written but the log, the engine's own output, and what lies in /tmp of the container.
set -u

if [ -n "${COSMOS_LOG:-}" ]; then
    exec >>"$COSMOS_LOG" 2>&1
fi

refuse() {
    printf 'error: %s\n' "$1"
    exit 2
}

[ -r "${COSMOS_ARGUMENTS:-}" ] || refuse "the argument file '${COSMOS_ARGUMENTS:-}' can not be read"
mapfile -d '' -t arguments <"$COSMOS_ARGUMENTS"
[ "${#arguments[@]}" -gt 0 ] || refuse "the argument file $COSMOS_ARGUMENTS is empty"

token="${COSMOS_SECRETS:-/run/cosmos-secrets}/HF_TOKEN"
if [ -r "$token" ]; then
    HF_TOKEN=$(<"$token")
    export HF_TOKEN
fi

# Our user id has no home, and often no name, in the image; PyTorch asks for both.
export HOME=/tmp TMPDIR=/tmp USER=cosmos LOGNAME=cosmos PYTHONDONTWRITEBYTECODE=1

child=
signalled=
pass_on() {
    signalled=1
    if [ -n "$child" ]; then
        kill -s "$1" "$child" 2>/dev/null
    fi
}
trap 'pass_on TERM' TERM
trap 'pass_on INT' INT
trap 'pass_on HUP' HUP

printf 'phase: loading\n'
torchrun --standalone --nproc_per_node="${NUM_GPU:-1}" "${arguments[@]}" &
child=$!
# A signal ends `wait` before the engine has ended: then it is waited for again.
while :; do
    signalled=
    wait "$child"
    code=$?
    [ -n "$signalled" ] || exit "$code"
done
