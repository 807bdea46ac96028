"""Drills on clouds: faults by the cloud's own means, who leads before and after, what is left."""
