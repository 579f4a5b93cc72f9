#!/bin/sh
# 核对本包的每个文件；全部一致时返回 0。
cd "$(dirname "$0")" || exit 2
if command -v sha256sum >/dev/null 2>&1; then
  exec sha256sum -c {{ manifest }}
fi
exec shasum -a 256 -c {{ manifest }}
