#!/bin/sh
# Start of the nginx container: sees to a certificate, then becomes nginx.
#
# A mounted pair ($KAZUMI_TLS_MOUNT/certificate.pem and key.pem) is linked, so that a renewal needs no new container. Without
# one, a self-signed pair is made, so that the first start works; browsers warn about it, and rightly.
# With arguments, runs those instead of nginx (the tests do so to try the certificate alone).
set -eu

mounted="${KAZUMI_TLS_MOUNT:-/etc/kazumi/tls}"
run="${KAZUMI_RUN_DIR:-/run/kazumi}"
umask 077
mkdir -p "$run/tls"

if [ -r "$mounted/certificate.pem" ] && [ -r "$mounted/key.pem" ]; then
    ln -sf "$mounted/certificate.pem" "$run/tls/certificate.pem"
    ln -sf "$mounted/key.pem" "$run/tls/key.pem"
elif [ -e "$mounted/certificate.pem" ] || [ -e "$mounted/key.pem" ]; then
    # Falling back to a self-signed certificate here would hide the mistake until the first visitor meets it.
    echo "kazumi nginx: certificate.pem and key.pem must both be in $mounted and readable by this user" >&2
    exit 1
elif [ ! -e "$run/tls/key.pem" ]; then
    echo "kazumi nginx: no certificate in $mounted, making a self-signed one for 30 days" >&2
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 \
        -subj "/CN=${KAZUMI_SERVER_NAME:-localhost}" -addext "subjectAltName=DNS:${KAZUMI_SERVER_NAME:-localhost}" \
        -keyout "$run/tls/key.pem" -out "$run/tls/certificate.pem" 2>/dev/null
fi

if [ "$#" -eq 0 ]; then
    set -- nginx -g 'daemon off;'
fi
exec "$@"
