#!/bin/sh
# Installs nginx with njs for the edge's tests where it is missing. Debian and Ubuntu only; elsewhere those tests are skipped.
set -eu
if [ -e /usr/lib/nginx/modules/ngx_http_js_module.so ]; then
    exit 0
fi
if ! command -v apt-get >/dev/null 2>&1; then
    echo "The tests of the nginx edge are skipped: there is no nginx with its njs module, and no apt-get to install it." >&2
    exit 0
fi
root=""
if [ "$(id -u)" -ne 0 ]; then
    root="sudo"
fi
$root apt-get update -qq
if ! $root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends nginx libnginx-mod-http-js >/dev/null; then
    echo "The tests of the nginx edge are skipped: nginx and libnginx-mod-http-js could not be installed." >&2
fi
