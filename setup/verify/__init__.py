"""What `make lint`, `make unit`, `make test` and `make test-all` run, and how it is told."""
