"""The entry of a network ACL that cuts clients off from a region on AWS.

The function that a failover runs in the cloud (`components/aws/functions/fence.py`) has to stand by
itself; a test holds its numbers against these.
"""

RULE = 1
"""The number of our entry: the lowest one is read first."""
PORT = 5432
