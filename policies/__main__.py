"""The policy pack: `pulumi preview --policy-pack policies` judges a stack by every rule."""

from tricenter.policies.pack.serve import serve

serve()
