"""Voices of the store (etcd) that decides who leads; managed services have voices of their own."""
