# Every verb is one of run.py; `make help` lists them. ARGS="…" is passed on.
PYTHON ?= python3
VERBS = help report test check bench bench-peers fuzz judgments lab explore format schema sample gallery docs lock

.DEFAULT_GOAL := help
.PHONY: $(VERBS)
$(VERBS):
	@$(PYTHON) run.py $@ $(ARGS)
