"""What asks for a rule: clauses of published standards, and how sure each citation is.

A citation is `primary` if the standard's or regulator's own text (or a full copy of it) was read,
`secondary` if a text about it was, `seed` if the article states it that this project starts from,
`practice` if the field does so without a clause, and `background` if it is widely known and was
not verified: shown as unverified. All were looked up on 2026-11-23.
"""

from dataclasses import dataclass
from typing import Literal

Confidence = Literal["primary", "secondary", "seed", "practice", "background"]
CHECKED = "2026-11-23"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A text that clauses are cited from: its name, its edition or date, where it was read."""

    name: str
    date: str
    read: str
    confidence: Confidence = "primary"


SOURCES: dict[str, Source] = {
    "seed": Source(
        name="What happens if a payment company's servers are destroyed (article)",
        date="n.d.",
        read="the article that the project starts from",
        confidence="seed",
    ),
    "bank-2010": Source(
        name="Guidelines on data centers of commercial banks (China, document 114)",
        date="2010",
        read="the regulator's text",
    ),
    "bank-2011": Source(
        name="Guidelines on business continuity of commercial banks (China, document 104)",
        date="2011",
        read="the regulator's text",
    ),
    "gb50174": Source(
        name="GB 50174 Code for design of data centers",
        date="2017",
        read="texts that quote it",
        confidence="secondary",
    ),
    "gbt20988": Source(
        name="GB/T 20988 Disaster recovery specifications for information systems",
        date="2007",
        read="texts that quote it; the edition of 2025 is in force since 2026-01-01",
        confidence="secondary",
    ),
    "jrt0044": Source(
        name="JR/T 0044 Disaster recovery management of banking systems",
        date="2008",
        read="texts that apply it",
        confidence="secondary",
    ),
    "uptime": Source(
        name="Uptime Institute Tier Standard: Topology",
        date="n.d.",
        read="texts about it",
        confidence="secondary",
    ),
    "tia942": Source(
        name="ANSI/TIA-942-C", date="2024", read="texts about it", confidence="secondary"
    ),
    "dora": Source(
        name="Regulation (EU) 2022/2554 on digital operational resilience (DORA)",
        date="2022",
        read="the regulation",
    ),
    "dora-rts": Source(
        name="Delegated Regulation (EU) 2024/1774", date="2024", read="the regulation"
    ),
    "mas-trm": Source(
        name="MAS Notice on Technology Risk Management",
        date="n.d.",
        read="texts about it",
        confidence="secondary",
    ),
    "nydfs": Source(
        name="23 NYCRR Part 500", date="2023", read="the regulation and texts about it"
    ),
    "nist-800-53": Source(name="NIST SP 800-53 revision 5", date="2020", read="the publication"),
    "3-2-1": Source(
        name="3-2-1 rule of backups (Krogh)", date="2012", read="a US-CERT paper that credits it"
    ),
    "3-2-1-1-0": Source(
        name="3-2-1-1-0 rule of backups",
        date="n.d.",
        read="Veeam's documentation",
        confidence="secondary",
    ),
    "aws-rel": Source(
        name="AWS Well-Architected Framework, reliability pillar", date="2023", read="the guide"
    ),
    "aws-sec": Source(
        name="AWS Well-Architected Framework, security pillar", date="2023", read="the guide"
    ),
    "patroni": Source(
        name="Patroni's documentation", date="4.1", read="the documentation", confidence="practice"
    ),
    "practice": Source(
        name="practice of the field",
        date="n.d.",
        read="DNS and database guides",
        confidence="practice",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A place in a source that motivates a rule, and how sure that is."""

    source: str
    number: str
    confidence: Confidence

    def __str__(self) -> str:
        name = SOURCES[self.source].name
        sure = " (not verified)" if self.confidence == "background" else ""
        return f"{name}{', ' if self.number else ''}{self.number}{sure}"


def cite(source: str, number: str = "", confidence: Confidence | None = None) -> Clause:
    """The clause of a known source, as sure as the source is where nothing else is said; raises
    KeyError for another source."""
    sure = confidence or SOURCES[source].confidence
    return Clause(source=source, number=number, confidence=sure)
