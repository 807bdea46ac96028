"""Units of the lab that hold data."""

from tricenter.topology.cloud_types.row import CloudType

TYPES = (
    CloudType(
        type="tricenter-lab:index:Stack", holds="everything of a lab: it takes the rest with it"
    ),
    CloudType(type="tricenter-lab:index:Host", holds="the disk of a site"),
    CloudType(type="tricenter-lab:index:Member", holds="a site's copy of a database"),
    CloudType(type="tricenter-lab:index:Store", holds="a voice with what the store has agreed on"),
    CloudType(type="tricenter-lab:index:Repository", holds="backups and the log of databases"),
    CloudType(type="tricenter-lab:index:Vault", holds="cold copies of databases"),
)
