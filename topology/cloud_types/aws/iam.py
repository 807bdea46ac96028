"""IAM."""

from tricenter.topology.cloud_types.row import Again, ByName, CloudType

TYPES = (
    CloudType(
        type="aws:iam/instanceProfile:InstanceProfile",
        kind="iam instance-profile",
        known=ByName(id="{name}"),
        removal="iam delete-instance-profile --instance-profile-name {name}",
    ),
    CloudType(
        type="aws:iam/role:Role",
        kind="iam role",
        known=ByName(id="{name}"),
        removal="iam delete-role --role-name {name}",
    ),
    CloudType(
        type="aws:iam/rolePolicy:RolePolicy",
        known=ByName(id="{role}:{name}"),
    ),
    CloudType(
        type="aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        known=Again(why="a policy that a role has already is no other"),
    ),
    CloudType(
        kind="iam policy",
        removal="iam delete-policy --policy-arn {reference}",
    ),
)
