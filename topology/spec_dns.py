"""DNS: the zone, who serves it, where clients are, and the records with their rules."""

from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Annotated, Literal, cast

from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from tricenter.topology import limits
from tricenter.topology.part import Part, sequence
from tricenter.topology.texts import LONGEST_WORD, parse_word
from tricenter.topology.units import Duration, Name

GEO_PATTERN = r"^(\*|[A-Z]{2}(-[A-Z0-9]{1,3})?|continent:[A-Z]{2})$"
DOMAIN_PATTERN = r"^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,63}$"
PATH_PATTERN = r"^/[A-Za-z0-9._/-]*$"
"""What a check may ask for: characters that no layer between has to escape, so no query."""
LABEL_PATTERN = (
    r"^(@|\*|[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?)(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?)*$"
)


def parse_address(value: object) -> str:
    """An IPv4 or IPv6 address in its canonical text; raises for anything else.

    The text is made from the address's bytes, never the one that was read: Python takes anything
    behind a `%` for the zone of an IPv6 address, line breaks and quotes too (RFC 4007, section 11),
    and a zone means something on one machine only.
    """
    try:
        if isinstance(value, str) and "%" not in value:
            return str(ip_address(ip_address(value).packed))
    except ValueError:
        pass
    raise PydanticCustomError("bad_address", "{shown} is not an IP address", {"shown": repr(value)})


def parse_subnet(value: object) -> str:
    """A subnet such as '198.18.0.0/24' in its canonical text; raises for anything else."""
    try:
        if isinstance(value, str) and "/" in value and "%" not in value:
            found = ip_network(value)
            return str(ip_network((found.network_address.packed, found.prefixlen)))
    except ValueError:
        pass
    raise PydanticCustomError("bad_subnet", "{shown} is not a subnet", {"shown": repr(value)})


def parse_answering(value: object) -> object:
    """An address in its canonical text, or the word for a site, which references are checked by."""
    if not isinstance(value, str) or "%" in value:
        return parse_word(value)
    try:
        return str(ip_address(value))
    except ValueError:
        return parse_word(value)


def is_address(text: str) -> bool:
    """Whether a text that was read by `parse_answering` is an address and no site."""
    return ":" in text or text[:1].isdigit()


def network(subnet: str) -> IPv4Network | IPv6Network:
    """The subnet as Python's network object."""
    return ip_network(subnet)


Address = Annotated[
    str, BeforeValidator(parse_address), WithJsonSchema({"type": "string", "description": "An IP."})
]
Subnet = Annotated[
    str, BeforeValidator(parse_subnet), WithJsonSchema({"type": "string", "pattern": "/"})
]
Answering = Annotated[
    str,
    Field(min_length=1, max_length=LONGEST_WORD),
    BeforeValidator(parse_answering),
    WithJsonSchema({"type": "string", "description": "A site, or an address of the record."}),
]
Geo = Annotated[str, Field(pattern=GEO_PATTERN)]
Label = Annotated[str, Field(pattern=LABEL_PATTERN)]


def as_geos(value: object) -> object:
    """One geo or a list of them, as a tuple."""
    return (value,) if isinstance(value, str) else sequence(value)


def as_steps(value: object) -> object:
    """A fallback order: each step one site or a group of equal sites, as tuples."""
    if not isinstance(value, list):
        return value
    steps = cast(list[object], value)
    return tuple(
        tuple(cast(list[object], step)) if isinstance(step, list) else (step,) for step in steps
    )


class Rule(Part):
    """Clients of these places or subnets get the first step of the order with a healthy address.

    A subnet counts before every place, and the narrowest before others.
    """

    geo: Annotated[tuple[Geo, ...], BeforeValidator(as_geos)] = Field(
        default=(),
        min_length=1,
        max_length=limits.RULES,
        json_schema_extra={"examples": [["CN"], "*"]},
        description="ISO 3166 codes of countries or, as US-CA, of states; continent:XX; * for "
        "everyone else.",
    )
    subnets: Annotated[tuple[Subnet, ...], BeforeValidator(sequence)] = Field(
        default=(), max_length=limits.SUBNETS, description="Clients by their own subnets."
    )
    order: Annotated[tuple[tuple[Name, ...], ...], BeforeValidator(as_steps)] = Field(
        min_length=1, max_length=limits.SITES
    )

    @property
    def clients(self) -> str:
        """Whom the rule is for, in one line."""
        return ", ".join((*self.geo, *self.subnets))


class Request(Part):
    """What an address is asked over HTTP, and has to answer with status 200."""

    path: str = Field(default="/", pattern=PATH_PATTERN, max_length=200)
    host: str | None = Field(
        default=None,
        pattern=DOMAIN_PATTERN,
        max_length=253,
        description="Whom to ask for, in header and TLS; the record's own name if none.",
    )


class Check(Part):
    """How an address is judged healthy, from outside the site that it belongs to."""

    tcp: int = Field(ge=1, le=65535, description="Port that must accept a connection.")
    http: Request | None = Field(default=None, description="Ask this on the port, without TLS.")
    https: Request | None = Field(default=None, description="Ask this on the port, with TLS.")
    interval: Duration = 1.0
    timeout: Duration = 1.0
    failures: int = Field(
        default=2, ge=1, le=1000, description="Failures in a row until it is down."
    )


class Record(Part):
    """One public name with several addresses, each with a health check of its own."""

    ttl: Duration = 5.0
    answers: dict[
        Name,
        Annotated[tuple[Address, ...], BeforeValidator(sequence), Field(max_length=limits.ANSWERS)],
    ] = Field(default={}, max_length=limits.SITES, description="Addresses by site.")
    allocate: int | None = Field(
        default=None, ge=1, le=8, description="Instead of answers: addresses to make per site."
    )
    weights: dict[Answering, Annotated[int, Field(ge=0, le=255)]] = Field(
        default={},
        max_length=limits.SITES * limits.ANSWERS,
        description="By site: one site of a step is answered. By address: one address is.",
    )
    latency: bool = Field(
        default=False,
        description="Of a step, answer with the region that has the least latency to the client.",
    )
    rules: Annotated[tuple[Rule, ...], BeforeValidator(sequence)] = Field(
        default=(), max_length=limits.RULES
    )
    check: Check
    unchecked: Annotated[
        tuple[Answering, ...],
        BeforeValidator(sequence),
        Field(max_length=limits.SITES * limits.ANSWERS),
    ] = Field(
        default=(),
        description="Sites and addresses that nobody checks: they always count as healthy.",
    )
    when_all_down: Literal["serve-all", "serve-none"] = "serve-all"
    last_resort: Annotated[
        tuple[Address, ...], BeforeValidator(sequence), Field(max_length=limits.ANSWERS)
    ] = Field(
        default=(),
        description="Instead of when_all_down: addresses of no site, unchecked, for that case.",
    )


class Provider(Part):
    """Who serves the zone: name servers in sites, or a cloud's service."""

    service: Literal["powerdns", "route53", "cloud-dns"] = "powerdns"
    servers: Annotated[tuple[Name, ...], BeforeValidator(sequence)] = Field(
        default=(),
        max_length=limits.SITES,
        description="Sites that run a name server of this provider (powerdns).",
    )


class Dns(Part):
    """The public zone of the topology."""

    zone: str = Field(pattern=DOMAIN_PATTERN, max_length=253)
    providers: dict[Name, Provider] = Field(
        default={},
        max_length=limits.PROVIDERS,
        description="None named: PowerDNS in every site, as one provider.",
    )
    clients: dict[
        Geo,
        Annotated[tuple[Subnet, ...], BeforeValidator(sequence), Field(max_length=limits.SUBNETS)],
    ] = Field(
        default={},
        max_length=limits.RULES,
        description="The lab's geography: where declared subnets are.",
    )
    writer_ttl: Duration = Field(default=1.0, description="TTL of the names that follow leaders.")
    records: dict[Label, Record] = Field(default={}, max_length=limits.RECORDS)
