"""What goes on Google Cloud goes whole, and takes nothing along that is to stay."""

from typing import Any
from unittest import mock

from tests import recording
from tests.components.gcp_program import ask, drill, of, production


def test_the_connection_to_services_goes_with_its_network() -> None:
    """Abandoned, its peering would stay, and no network with a peering can be deleted."""
    for asked in (production(), drill()):
        (connection,) = of(asked, "Connection")
        assert connection.inputs["deletionPolicy"] == "DELETE"


def test_a_new_archive_of_bundles_outlives_the_old_one() -> None:
    """Both have one name: the old one is deleted first, since afterwards it would be the new."""
    first: dict[str, bool] = {}

    class Noting(recording.Monitor):
        def RegisterResource(self, request: Any) -> Any:  # noqa: N802 - the protocol's name
            first[request.name] = request.deleteBeforeReplace
            return super().RegisterResource(request)

    with mock.patch.object(recording, "Monitor", Noting):
        archives = of(ask(), "BucketObject")
    assert archives
    assert all(first[one.name] for one in archives)
