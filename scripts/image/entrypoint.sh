#!/bin/sh
# Runs before n8n's own entrypoint, which the Dockerfile names as the first argument.
# Nothing but sh and node is used: n8n's image has no package manager and promises no other tool.
set -e
node "${0%/*}/prepare.mjs" "$@"
exec "$@"
