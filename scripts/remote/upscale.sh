#!/usr/bin/env bash
# Runs inside the container: upscale.sh INFERENCE_SH. Looks at the video first, then all is as in inference.sh.
#
#   COSMOS_INPUT       the video to be upscaled
set -u

if [ ! -s "${COSMOS_INPUT:-}" ]; then
    message="error: the video to upscale, '${COSMOS_INPUT:-}', does not exist or is empty"
    if [ -n "${COSMOS_LOG:-}" ]; then
        printf '%s\n' "$message" >>"$COSMOS_LOG"
    else
        printf '%s\n' "$message"
    fi
    exit 2
fi
exec bash "$1"
