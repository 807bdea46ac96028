"""Every type that components make has a row, and what the row says is so."""

import inspect
import json
import re
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from tests.made_types import Made, made_types
from tricenter.drills.cloud.leftovers import aws_begun, gcp_begun
from tricenter.generate.naming import snake
from tricenter.offline import gcp
from tricenter.offline.aws.endpoints import SERVICES
from tricenter.topology.cloud_types import CLOUDS, by_type, endpoints_of, holding, types_of
from tricenter.topology.cloud_types.row import ByAsking, ByName, ByTags, ByTitle, CloudType

SDKS = ("aws", "gcp")
FIELD = re.compile(r"\{(\w+)\}")
LOOKS = {"aws": aws_begun.LOOKS, "gcp": gcp_begun.LOOKS}


def rows(cloud: str, known: type[Any]) -> list[tuple[str, CloudType, Any]]:
    """The rows of what is known in one way: token, row, how."""
    return [(t, r, r.known) for t, r in by_type(cloud).items() if isinstance(r.known, known)]


@pytest.mark.parametrize("cloud", SDKS)
def test_every_type_that_is_made_has_a_row(cloud: str) -> None:
    """And tells how it is found after a killed run; without, it would be made and billed twice."""
    known = {token for token, row in by_type(cloud).items() if row.known is not None}
    assert len(made_types(cloud)) > 40
    assert made_types(cloud).keys() - known == set()


@pytest.mark.parametrize("cloud", SDKS)
def test_no_row_is_of_what_nobody_makes(cloud: str) -> None:
    """But for types that hold data, which the guard knows in states of others as well."""
    for token in by_type(cloud).keys() - made_types(cloud).keys():
        assert token in holding() and by_type(cloud)[token].known is None, token


@pytest.mark.parametrize("cloud", CLOUDS)
def test_a_type_has_one_row(cloud: str) -> None:
    """The second would be lost in silence."""
    tokens = [row.type for row in types_of(cloud) if row.type]
    assert len(tokens) == len(set(tokens))
    removed = [row.kind for row in types_of(cloud) if row.removal]
    assert len(removed) == len(set(removed))


def arguments(made: Made) -> set[str]:
    """What a class of the SDK takes, in the words of Python."""
    return set(inspect.signature(vars(made)["_internal_init"]).parameters)


@pytest.mark.parametrize("cloud", SDKS)
def test_an_id_is_told_in_arguments_of_the_type(cloud: str) -> None:
    """A template with another word would find nothing, silently."""
    wrong = [
        f"{token}: {field}"
        for token, _, known in rows(cloud, ByName)
        for field in FIELD.findall(known.id)
        if snake(field) not in arguments(made_types(cloud)[token])
    ]
    assert not wrong


NOT_AS_IMPORTED = {
    "gcp:alloydb/instance:Instance": "an instance has the full name of its cluster",
    "gcp:alloydb/user:User": "a user has the full name of its cluster",
    "gcp:dns/recordSet:RecordSet": "the page calls the zone otherwise",
    "gcp:projects/iAMCustomRole:IAMCustomRole": "the page has an example only",
    "gcp:projects/service:Service": "the page calls the project otherwise",
    "gcp:serviceaccount/account:Account": "the page has an example only",
    "gcp:sql/user:User": "the provider's own form, which is not the one of imports",
    "gcp:storage/bucket:Bucket": "the page has an example only",
    "gcp:storage/bucketObject:BucketObject": "cannot be imported",
    "gcp:workflows/workflow:Workflow": "cannot be imported",
}
"""Types whose id is not written on their page as we write it, and why; walks with the real provider
show that it is theirs."""


def import_forms(made: Made) -> set[str]:
    """The forms of an id that the page of a type takes for an import, as the SDK repeats it."""
    text = inspect.getsource(import_module(made.__module__))
    return set(re.findall(r"\* `([^`]+)`", text)) | {
        form for _, form in re.findall(r'pulumi import \S+ default ("?)([^"\n]+)\1', text)
    }


def test_an_id_is_one_that_google_s_provider_takes() -> None:
    """By its own pages, which the SDK repeats."""
    odd: set[str] = set()
    for token, _, known in rows("gcp", ByName):
        form = FIELD.sub(lambda found: "{{" + snake(found[1]) + "}}", known.id)
        if form not in import_forms(made_types("gcp")[token]):
            odd.add(token)
    assert odd == NOT_AS_IMPORTED.keys()


def test_what_is_found_by_tags_takes_tags_and_has_a_kind() -> None:
    """Else no scan would ever see it."""
    for token, row, _ in rows("aws", ByTags):
        assert "tags" in arguments(made_types("aws")[token]), token
        assert row.kind and row.removal, token


def test_what_takes_tags_can_be_deleted_by_hand() -> None:
    """Whatever takes tags is found as a leftover: then it has a kind, and a command."""
    silent = [
        token
        for token, made in made_types("aws").items()
        if "tags" in arguments(made)
        and not by_type("aws")[token].kind
        and token not in WITHOUT_KIND
    ]
    assert not silent


WITHOUT_KIND = {
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
    "aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter",
    "aws:s3/bucketObjectv2:BucketObjectv2",
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
}
"""They go with the thing that they are a part of."""


@pytest.mark.parametrize("cloud", SDKS)
def test_every_question_is_asked(cloud: str) -> None:
    """A row's word for one that is not there would be an error after a kill, and nowhere else."""
    assert {known.look for _, _, known in rows(cloud, ByAsking)} == LOOKS[cloud].keys()
    assert not rows("aws", ByTitle) and not rows("gcp", ByTags)


@cache
def tokens_of(package: str) -> frozenset[str]:
    """Every type that the installed SDK registers, as it does by the names of its modules."""
    sdk: Any = pytest.importorskip(package)
    text = Path(sdk.__file__).read_text(encoding="utf-8")
    found: list[Mapping[str, Any]] = json.loads(
        text.split('resource_modules="""')[1].split('"""')[0]
    )
    return frozenset(token for module in found for token in module["classes"])


@pytest.mark.parametrize("cloud", SDKS)
def test_every_type_is_the_sdks(cloud: str) -> None:
    """A token that the SDK does not have would guard nothing."""
    assert by_type(cloud).keys() <= tokens_of(f"pulumi_{cloud}")


def test_each_type_is_made_at_an_endpoint_that_is_emulated() -> None:
    """One that is forgotten would be asked at the real cloud, with a token that opens nothing."""
    assert endpoints_of("gcp") <= gcp.ENDPOINTS.keys()
    assert endpoints_of("aws") <= set(SERVICES)
    assert "sqs" in SERVICES
