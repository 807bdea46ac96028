"""Machines of a topology without a cloud: what the clouds would hold, made from the plan."""

import http.client
import json
import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tricenter.components.site_secrets import new_seed, operator_document, site_document
from tricenter.offline.machines.first_boot import FirstBoot, by_cloud_init, by_startup_script
from tricenter.offline.machines.fleet import Fleet
from tricenter.offline.machines.instance import Instance
from tricenter.topology.addresses import own_plan
from tricenter.topology.compile import compile_plan
from tricenter.topology.plan import Plan
from tricenter.topology.render.cloud_init import site_object
from tricenter.topology.render.first_boot import told
from tricenter.topology.validate import load

ROOT = Path(__file__).resolve().parent.parent.parent.parent
STACK = "hall"
LONGEST_S = 60.0


@dataclass
class Held:
    """A cloud that holds what it is told to."""

    machines: dict[str, Instance] = field(default_factory=dict[str, Instance])
    told: dict[str, bytes] = field(default_factory=dict[str, bytes])
    secrets: dict[str, str] = field(default_factory=dict[str, str])
    objects: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    number: int = 0

    def mark(self) -> object:
        """How often something was changed."""
        return self.number

    def instances(self) -> Iterator[Instance]:
        """What it holds."""
        yield from list(self.machines.values())

    def first_boot(self, instance: Instance) -> FirstBoot:
        """As it was made with."""
        data = self.told[instance.name]
        return by_startup_script(data) if data.startswith(b"#!/bin/sh") else by_cloud_init(data)

    def secret(self, name: str, region: str, project: str | None) -> str:
        """A secret; OSError where there is none."""
        del region, project
        if name not in self.secrets:
            raise OSError(f"no secret {name}")
        return self.secrets[name]

    def read(self, bucket: str, key: str, region: str) -> str:
        """An object; OSError where there is none."""
        if (bucket, key) not in self.objects:
            raise OSError(f"{bucket} in {region} has no {key}")
        return self.objects[bucket, key]


class Hall:
    """The machines of a spec's plan, and Patroni's REST interface on them.

    `compiled` is the plan as the verbs have it, `plan` as the machines do: with their addresses.
    """

    def __init__(self, folder: Path, spec: str = "ledger-mixed", target: str = "mixed") -> None:
        self.compiled = compile_plan(load(ROOT / "stacks" / f"{spec}.yaml"), target)
        self.plan: Plan = own_plan(self.compiled)
        self.cloud, self.folder = Held(number=1), folder
        self.seed = seed = new_seed()
        for host in self.plan.hosts:
            self.deploy(host.name, self.plan)
            # With its files, whatever a cloud's limit: no bucket has any until a test deploys.
            self.cloud.told[host.name] = told(self.plan, host, STACK).encode()
            self.cloud.machines[host.name] = Instance(
                cloud="held", name=host.name, place="here", runs=True,
                addresses=host.addresses, disk=f"disk-{host.name}",
            )  # fmt: skip
        self.cloud.objects.clear()
        self.operator = operator_document(seed, self.plan)
        operator: dict[str, str] = json.loads(self.operator)
        for name, text in operator.items():
            (folder / name).write_text(text, encoding="utf-8")
        self.password = operator["rest-password"]
        self.fleet = Fleet(folder / "machines", {"held": self.cloud})

    def deploy(self, site: str, plan: Plan) -> None:
        """Put a site's object and secret of a plan into the cloud, as `up` does."""
        host = plan.host(site)
        text = site_object(plan, host, STACK)
        document = site_document(self.seed, plan, host, bucket="files", held=text)
        self.cloud.objects["files", f"config/{site}.json"] = text
        self.cloud.secrets[f"{STACK}-{site}"] = document

    def change(self, site: str, **changes: Any) -> None:
        """Change what the cloud holds of a machine, and have it seen."""
        self.cloud.machines[site] = replace(self.cloud.machines[site], **changes)
        self.cloud.number += 1
        self.fleet.look()

    def ask(
        self,
        database: str,
        site: str,
        path: str,
        body: object = None,
        login: str = "operator",
        method: str = "POST",
    ) -> tuple[int, Any] | None:
        """Status and answer of a member over TLS; None where nobody listens.

        Without a body it is a question.
        """
        found = next(d for d in self.plan.databases if d.name == database)
        member = next(m for m in found.members if m.site == site)
        stack = self.fleet.stack(STACK)
        local = stack.port(member.address, member.rest_port) if stack else None
        if local is None:
            return None
        context = ssl.create_default_context(cafile=f"{self.folder}/ca.crt")
        if login:
            context.load_cert_chain(f"{self.folder}/operator.crt", f"{self.folder}/operator.key")
        # The certificate has the machines' addresses; this connection is to a port that stands
        # for one of them.
        context.check_hostname = False
        connection = http.client.HTTPSConnection("127.0.0.1", local, timeout=60, context=context)
        try:
            text = None if body is None else json.dumps(body)
            connection.request("GET" if body is None else method, path, text, self._login(login))
            answer = connection.getresponse()
            read = answer.read().decode()
            return answer.status, json.loads(read) if read.startswith("{") else read
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()

    def _login(self, name: str) -> dict[str, str]:
        from base64 import b64encode

        told = b64encode(f"{name}:{self.password}".encode()).decode()
        return {"Authorization": f"Basic {told}"} if name else {}

    def leader(self, database: str) -> str | None:
        """Who answers 200 to /leader; None for nobody, an AssertionError for two."""
        members = next(d for d in self.plan.databases if d.name == database).members
        found: list[str] = []
        for member in members:
            answer = self.ask(database, member.site, "/leader")
            if answer and answer[0] == 200 and answer[1]["role"] == "primary":
                found.append(member.site)
        assert len(found) < 2, f"{database} is led by {' and '.join(found)}"
        return found[0] if found else None

    def until(self, condition: Callable[[], Any], longest_s: float = LONGEST_S) -> Any:
        """The first true value of a condition."""
        ends = time.monotonic() + longest_s
        while not (found := condition()):
            assert time.monotonic() < ends, "it did not come true"
            time.sleep(0.1)
        return found
