"""The workload: what clients in a place outside the sites do, as a program of its own.

It writes money transfers, asks the name servers, and knocks at the public names; what it sees
goes into history files. It knows nothing of roles or faults.
"""
