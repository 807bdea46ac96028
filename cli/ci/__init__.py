"""Pipelines for GitHub Actions and GitLab CI, as `tricenter init --ci` writes them."""
