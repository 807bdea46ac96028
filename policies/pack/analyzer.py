"""The service that the engine asks: each resource is unpacked once, and judged by every rule.

Pulumi's SDK for policies unpacks a resource once for each policy, and a stack once for each policy
about stacks; with the rules of this pack that took most of a preview (benchmarks/pack.py). It also
hides which values are secrets, and turns a policy that touches an unknown value into an advisory
one. So the two calls that judge are answered here, and all others by the SDK.
"""

from collections.abc import Callable, Iterable, Mapping
from threading import Lock
from typing import Any, cast

from pulumi.runtime import proto
from pulumi_policy import EnforcementLevel, Policy, StackValidationPolicy
from pulumi_policy import policy as sdk

from tricenter.policies.pack.catalog import find_policies
from tricenter.policies.pack.session import Said, Session
from tricenter.policies.pack.settings import OWN, PACK, ConfigError, read_settings
from tricenter.policies.pack.wire import resource_of
from tricenter.policies.rules import find_rules

# The SDK has no other way to a service of its own.
Servicer: Any = sdk._PolicyAnalyzerServicer  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]


class Analyzer(Servicer):
    """Answers the engine; the resources of one run are remembered from call to call."""

    def __init__(self, policies: Iterable[Policy] | None = None) -> None:
        found = list(policies or find_policies())
        base: Any = super()
        base.__init__(PACK, "1.0.0", found, EnforcementLevel.ADVISORY)
        self.policies: Mapping[str, Policy] = {policy.name: policy for policy in found}
        self.session: Session | None = None
        self.trouble: str | None = None
        self.lock = Lock()

    def Configure(self, request: Any, context: Any) -> Any:  # noqa: N802 - the protocol's name
        """Takes the config; what is wrong with it is said with the first resource."""
        base: Any = super()
        answer: Any = base.Configure(request, context)
        with self.lock:
            self.session, self.trouble = None, None
        return answer

    def Analyze(self, request: Any, _context: Any) -> Any:  # noqa: N802
        """Judges one resource, before it is made."""
        return self._answer(lambda session: session.show(resource_of(request)), request.urn)

    def AnalyzeStack(self, request: Any, _context: Any) -> Any:  # noqa: N802
        """Judges the stack as a whole."""
        return self._answer(
            lambda session: session.show_all([resource_of(one) for one in request.resources]), ""
        )

    def Remediate(self, _request: Any, _context: Any) -> Any:  # noqa: N802
        """Nothing: the pack mends no resource, and need not unpack one to say so."""
        return proto.RemediateResponse()

    def level(self, policy: str) -> EnforcementLevel:
        """The level of a policy as configured; the engine asks nobody to mend anything."""
        found = cast(EnforcementLevel, self._get_enforcement_level(self.policies[policy]))
        return EnforcementLevel.MANDATORY if found == EnforcementLevel.REMEDIATE else found

    def _answer(self, judge: Callable[[Session], list[Said]], urn: str) -> Any:
        response = proto.AnalyzeResponse()
        with self.lock:
            session = self._session()
            if session is None:
                said = [Said(policy=PACK, rule=PACK, message=self.trouble or "", urn=urn)]
                self.trouble = "" if self.trouble else self.trouble
            else:
                said = judge(session)
        for one in said:
            if one.message and self._wanted(one):
                report = self._create_report_violation(
                    response,
                    one.policy,
                    self.policies[one.policy].description,
                    self.level(one.policy),
                    self.policies[one.policy].severity,
                )
                report(one.message, one.urn)
        return response

    def _wanted(self, said: Said) -> bool:
        """Whether its policy is on, and that of the rule which it is about."""
        names = {said.policy, said.rule} & self.policies.keys()
        return all(self.level(name) != EnforcementLevel.DISABLED for name in names)

    def _session(self) -> Session | None:
        if self.session is None and self.trouble is None:
            topics = frozenset(rule.topic for rule in find_rules())
            try:
                settings = read_settings(self._config(PACK), topics)
            except ConfigError as error:
                self.trouble = f"the pack's configuration: {error}"
                return None
            limits = {name: self._config(name) for name in self.policies if name not in OWN}
            self.session = Session(settings=settings, limits=limits)
        return self.session

    def _config(self, policy: str) -> Mapping[str, Any]:
        return cast(Mapping[str, Any] | None, self._get_policy_config(policy)) or {}


def is_about_stacks(policy: Policy) -> bool:
    """Whether the engine asks for it only when it knows the whole stack."""
    return isinstance(policy, StackValidationPolicy)
