# Sourced by the other scripts: enters the project's folder and finds a Python that starts, as "$PY".
cd "$(dirname "$0")/.."

# Version managers leave commands that do not start, so each one is tried, not just looked up.
for PY in "${PYTHON:-}" python3.13 python3.12 python3.11 python3 ""; do
  [ -n "$PY" ] && "$PY" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && break
done
[ -n "$PY" ] || {
  echo "Python 3.11 or newer is needed. Install it, or name it: PYTHON=/path/to/python3 $0" >&2
  exit 1
}
