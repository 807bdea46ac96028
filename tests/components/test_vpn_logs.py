"""The tunnels between two clouds: their logs are encrypted where they are kept."""

from tests.components.test_mixed import of


def test_logs_of_tunnels_are_encrypted_in_their_region() -> None:
    """They tell who speaks to whom: with our key, as everything else of a site."""
    logs = [one for one in of("LogGroup") if "vpn" in one.name]
    assert logs
    for one in logs:
        assert f":{one.inputs['region']}:" in one.inputs["kmsKeyId"], one.name
