#!/bin/sh
# Makes a virtual environment in $1 with $PYTHON, else with the first Python on the PATH that is new enough.
set -eu

found=''
for python in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2> /dev/null) || continue
    found="$found $python is $version;"
    if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
        if ! "$python" -c 'import ensurepip, venv' 2> /dev/null; then
            echo "$python cannot make virtual environments: its module venv or ensurepip is missing." >&2
            echo "On Debian and Ubuntu: apt install python3-venv" >&2
            exit 2
        fi
        exec "$python" -m venv "$1"
    fi
done

echo "watchtower needs Python 3.11 or newer. Found:${found:- none of ${PYTHON:-python3 and python3.11 to python3.14}.}" >&2
echo "Install one, or name it: make PYTHON=/path/to/python3.12 demo" >&2
exit 2
