# Everything a fresh Debian machine with Go needs is set up by the targets themselves.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

BIN         := .bin/ssoproof
OUT         ?= ssoproof-report
FUZZTIME    ?= 10m
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
GOTESTSUM   := gotest.tools/gotestsum@v1.13.0

# What make interop plays against, files that tell that it is there, and where
# Debian asks whether services may be started.
COUNTERPARTS      := apache2 libapache2-mod-auth-mellon libapache2-mod-php php-xml php-mbstring simplesamlphp python3-zeep
COUNTERPART_FILES := /usr/lib/apache2/modules/mod_auth_mellon.so /usr/lib/apache2/modules/libphp*.so /usr/share/simplesamlphp/www /usr/lib/python3/dist-packages/zeep
POLICY            := /usr/sbin/policy-rc.d

# install,COMMAND,PACKAGES: sees that COMMAND is there, through apt when we may.
define need
	@command -v $(1) >/dev/null 2>&1 || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "installing $(2)" >&2; apt-get update -qq >&2 && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $(2) >/dev/null; \
	  else echo "please install $(2) (for example: sudo apt-get install $(2)), then run this again" >&2; exit 1; fi; }
endef

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "    make %-10s %s\n", $$1, $$2}' Makefile

.PHONY: run
run: chrome build ## play every scenario in headless Chrome, write ssoproof-report/
	$(BIN) run --out $(OUT) $(ARGS)

.PHONY: test
test: chrome witnesses build lint ## all tests: unit tests with the race detector, then every scenario
	go run $(GOTESTSUM) --format pkgname-and-test-fails --jsonfile .bin/tests.json -- -race ./...
	go test -run TestNoMessageIsExpensive ./sp/validate
	$(BIN) run --out $(OUT)
	@ran=$$(grep -c '"Action":"pass".*"Test":' .bin/tests.json); \
	 cases=$$(sed -n 's/.*tests="\([0-9]*\)".*/\1/p' $(OUT)/junit.xml | head -n 1); \
	 echo "total: $$((ran + cases)) passed, 0 failed"

.PHONY: bench
bench: chrome build ## logins per second against the naive floor, signing and validating rates
	$(BIN) bench $(ARGS)

.PHONY: mutants
mutants: chrome build ## switch each rule of the SP off and show which scenarios turn red
	$(BIN) mutants --out $(OUT) $(ARGS)

# An input that breaks something is kept under testdata/fuzz, where every later
# go test plays it again.
.PHONY: fuzz
fuzz: ## look for input that breaks a reader, FUZZTIME (10m) long for each of them
	@failed=0; \
	for file in $$(grep -rl --include='*_test.go' '^func Fuzz' cmd mockidp sp suites | sort); do \
	  for target in $$(sed -n 's/^func \(Fuzz[A-Za-z]*\)(.*/\1/p' $$file); do \
	    echo "$$target in $$(dirname $$file)"; \
	    go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 1s ./$$(dirname $$file) || failed=1; \
	  done; \
	done; exit $$failed

.PHONY: interop
interop: chrome counterparts ## scripted logins against mod_auth_mellon and simplesamlphp, as Debian ships them
	go test -count=1 -v ./suites/interop -interop

.PHONY: build
build: ## build the binary
	@mkdir -p .bin
	go build -o $(BIN) ./cmd/ssoproof

.PHONY: lint
lint: ## gofmt, go vet and staticcheck
	@unformatted=$$(gofmt -l cmd fixtures mockidp sp suites); \
	 if [ -n "$$unformatted" ]; then echo "not gofmt-ed: $$unformatted" >&2; exit 1; fi
	go vet ./...
	go run $(STATICCHECK) ./...

.PHONY: chrome
chrome:
	$(call need,chromium-headless-shell,chromium chromium-headless-shell)

.PHONY: witnesses
witnesses:
	$(call need,xmlsec1,xmlsec1)
	$(call need,xmllint,libxml2-utils)

# The tests run an Apache of their own. That of the system must not start
# because of us, neither now nor at the next boot.
.PHONY: counterparts
counterparts:
	@ls -d $(COUNTERPART_FILES) >/dev/null 2>&1 && exit; \
	if [ "$$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then \
	  echo "please install $(COUNTERPARTS) (for example: sudo apt-get install --no-install-recommends $(COUNTERPARTS)), then run this again" >&2; exit 1; fi; \
	had=$$(command -v apache2 || true); \
	if [ ! -e $(POLICY) ]; then trap 'rm -f $(POLICY)' EXIT; printf '#!/bin/sh\nexit 101\n' >$(POLICY); chmod +x $(POLICY); fi; \
	echo "installing $(COUNTERPARTS)" >&2; apt-get update -qq >&2; \
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(COUNTERPARTS) >/dev/null; \
	if [ -z "$$had" ] && command -v systemctl >/dev/null; then systemctl --quiet disable apache2 apache-htcacheclean; fi

.PHONY: clean
clean: ## remove what was built and reported
	rm -rf .bin $(OUT)
