# Short names for what a developer does by hand. Nothing here is needed on a bare machine:
# scripts/run and scripts/test install what they need and start from Debian's base alone.

BIN := .venv/bin
PYTHON := $(BIN)/python
JOBS ?= 2
HTML := templates
# The checks need no installation's settings, and shall not read one's.
export CHUANGMO_ENV_FILE ?= /dev/null
export CHUANGMO_SECRET_KEY ?= checks-only
demo: export CHUANGMO_ENV_FILE := var/run.env
# A lock must name what the public index serves, whatever this machine's own pip settings say.
LOCK := env -u PIP_FIND_LINKS -u PIP_INDEX_URL -u PIP_EXTRA_INDEX_URL $(BIN)/uv pip compile --no-config --quiet --universal \
	--python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock'

.DEFAULT_GOAL := help
.PHONY: help ready run test check lint check-format check-style check-types check-imports check-django check-html check-compose \
	fast test-sqlite test-postgres test-browser format lock upgrade bench demo

help: ## 列出全部命令
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# The development requirements, installed where they are not yet.
ready:
	@bash -c 'set -e; . scripts/lib/setup.sh; need_machine; need_requirements requirements-dev.txt'

run: ## 启动应用（首次运行会安装所需软件）
	scripts/run

test: ## 全部检查与测试：SQLite、PostgreSQL、浏览器
	scripts/test

check: lint fast ## 快速检查：lint 与快速测试

lint: check-format check-style check-types check-imports check-django check-html check-compose ## 只检查、不测试：格式、类型、分层、模板、部署文件

check-format check-style check-types check-imports check-django check-html check-compose fast test-sqlite \
	test-postgres test-browser format lock upgrade: ready

check-format:
	$(BIN)/ruff format --check .
check-style:
	$(BIN)/ruff check .
check-types:
	$(BIN)/mypy
check-imports:
	$(BIN)/lint-imports
check-django check-html: export CHUANGMO_DATABASE_URL := sqlite://:memory:
check-django:
	$(PYTHON) manage.py check --fail-level WARNING
	$(PYTHON) manage.py makemigrations --check --dry-run
check-html:
	$(BIN)/djlint --quiet --lint $(HTML)
	$(PYTHON) scripts/check_templates.py
check-compose:
	$(PYTHON) scripts/check_compose.py

fast: ## 快速测试（不问数据库的，加上每条主线的几个）
	$(PYTHON) -m pytest -q -n $(JOBS) --fast -m 'not browser and not slow'

test-sqlite: ## SQLite 上的全部测试（不含浏览器）
	$(PYTHON) -m pytest -q -n $(JOBS) -m 'not browser'

test-postgres: ## PostgreSQL 上的全部数据库测试（临时数据库，不含浏览器）
	scripts/with-postgres $(PYTHON) -m pytest -q -n $(JOBS) -m 'not browser'

test-browser: ## 浏览器测试（Chromium）
	$(PYTHON) -m pytest -q -n $(JOBS) -m browser

format: ## 统一代码格式
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

lock: ## 由 pyproject.toml 重新生成带哈希的依赖清单
	$(LOCK) pyproject.toml -o requirements.txt
	$(LOCK) --extra dev -c requirements.txt pyproject.toml -o requirements-dev.txt

upgrade: ## 把依赖升级到允许范围内的最新版本
	$(LOCK) --upgrade pyproject.toml -o requirements.txt
	$(LOCK) --upgrade --extra dev -c requirements.txt pyproject.toml -o requirements-dev.txt

bench: ## 性能测量，结果写入 docs/benchmarks.md
	$(PYTHON) -m benchmarks

demo: ## 显示演示账号
	$(PYTHON) manage.py demo --accounts
