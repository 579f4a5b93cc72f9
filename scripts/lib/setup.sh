# Functions that scripts/run and scripts/test share; sourced, never called. Needs bash and Debian's base alone.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
VENV=$ROOT/.venv

# Printing PDFs: WeasyPrint's libraries, and the one font that has every Chinese character in its mainland form.
PRINT_PACKAGES="libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk"

# Draws pages of PDFs for the page that shows an archived file.
PREVIEW_PACKAGES="poppler-utils poppler-data"

# Carries the hints to the workers; scripts/run and the tests start one of their own.
QUEUE_PACKAGE=redis-server

say() { printf '\033[1m▸ %s\033[0m\n' "$*"; }
fail() { printf '✗ %s\n' "$*" >&2; exit 1; }

# Whether $1 is a Python that can make our virtual environment.
python_fits() {
  "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
  local candidate
  for candidate in python3.11 python3 /usr/bin/python3; do
    if python_fits "$candidate"; then command -v "$candidate"; return; fi
  done
  return 1
}

# Run $@ as root: directly, or through sudo.
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

missing_packages() {
  local package
  for package in "$@"; do
    case $(dpkg-query -W -f='${Status}' "$package" 2>/dev/null) in
      "install ok installed") ;;
      *) printf '%s ' "$package" ;;
    esac
  done
}

# Install those of the Debian packages $@ that are missing, or say which line installs them and stop.
need_packages() {
  local missing
  if ! command -v dpkg-query >/dev/null; then
    say "这不是 Debian 系统，请自行确认已安装：$*"
    return
  fi
  missing=$(missing_packages "$@")
  [ -n "$missing" ] || return 0
  if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
    printf '缺少系统软件包，且当前用户不是 root、系统也没有 sudo。请以 root 身份执行下面一行，然后重新运行本命令：\n\n' >&2
    printf '  apt-get update && apt-get install -y --no-install-recommends %s\n\n' "$missing" >&2
    exit 1
  fi
  say "安装系统软件包：$missing"
  as_root apt-get update -qq
  case " $missing" in *" postgresql "*) keep_postgresql_quiet ;; esac
  # shellcheck disable=SC2086 # a list of names
  case " $missing" in
    *" redis-server "*) install_without_starting $missing ;;
    *) install_packages $missing ;;
  esac
}

install_packages() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

# We start a Redis of our own: Debian's package shall not start the machine's, neither now nor with the next boot.
install_without_starting() {
  local policy=/usr/sbin/policy-rc.d ours=
  if [ ! -e "$policy" ]; then
    ours=1
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
    as_root chmod 755 "$policy"
  fi
  install_packages "$@" || { [ -z "$ours" ] || as_root rm -f "$policy"; fail "系统软件包没有装上。"; }
  [ -z "$ours" ] || as_root rm -f "$policy"
  if command -v systemctl >/dev/null; then as_root systemctl disable --quiet redis-server 2>/dev/null || true; fi
}

# The tests start a server of their own: Debian's package shall not make and start another one.
keep_postgresql_quiet() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql-common >/dev/null
  as_root sed -i 's/^#*create_main_cluster.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf
}

# What the machine needs: a fitting Python with venv, the libraries for printing, Redis, and the further packages $@.
need_machine() {
  local packages="$PRINT_PACKAGES $PREVIEW_PACKAGES $QUEUE_PACKAGE $*"
  find_python >/dev/null || packages="ca-certificates python3 python3-venv $packages"
  # shellcheck disable=SC2086 # a list of names
  need_packages $packages
  find_python >/dev/null || fail "需要 Python 3.11 或更高版本（及其 venv 模块）。"
}

# The virtual environment with what the locked file $1 names. A stamp makes the second time quick.
need_requirements() {
  local file=$1 stamp sum
  stamp=$VENV/.installed-$(basename "$file")
  sum=$(sha256sum <"$ROOT/$file")
  if "$VENV/bin/python" -c '' 2>/dev/null && [ "$(cat "$stamp" 2>/dev/null)" = "$sum" ]; then return; fi
  if ! "$VENV/bin/python" -m pip --version >/dev/null 2>&1; then
    say "建立 Python 虚拟环境 .venv"
    "$(find_python)" -m venv --clear "$VENV"
  fi
  say "安装 Python 软件包（$file，逐个核对哈希）"
  "$VENV/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r "$ROOT/$file"
  printf '%s\n' "$sum" >"$stamp"
}

manage() { "$VENV/bin/python" "$ROOT/manage.py" "$@"; }
