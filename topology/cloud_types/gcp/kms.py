"""Cloud Key Management Service."""

from tricenter.topology.cloud_types.row import Again, ByName, CloudType

TYPES = (
    CloudType(
        type="gcp:kms/cryptoKey:CryptoKey",
        holds="the key without which encrypted data cannot be read",
        known=ByName(id="{keyRing}/cryptoKeys/{name}"),
    ),
    CloudType(
        type="gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember",
        known=Again(why="who has a role has it still"),
    ),
    CloudType(
        type="gcp:kms/keyRing:KeyRing",
        holds="the keys without which encrypted data cannot be read",
        known=ByName(id="projects/{project}/locations/{location}/keyRings/{name}"),
    ),
)
