"""Functions that AWS Lambda runs; each file is uploaded alone and imports nothing of ours."""
