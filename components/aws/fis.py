"""Faults for a drill by AWS's own means: FIS experiments, one for each loss it can imitate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pulumi_aws import cloudwatch, fis, iam

from tricenter.components.aws.deployment import Deployment
from tricenter.components.aws.keys import Keys
from tricenter.components.aws.network import Networks
from tricenter.components.aws.regions import place_of
from tricenter.components.aws.trust import allow, policy, role_name, trust
from tricenter.topology.plan import Plan, PlannedScenario

NETWORK = "aws:network:disrupt-connectivity"
MOVE = "aws:rds:failover-db-cluster"
DURATION = "PT10M"
POLICIES = (
    "iam::aws:policy/service-role/AWSFaultInjectionSimulatorNetworkAccess",
    "iam::aws:policy/service-role/AWSFaultInjectionSimulatorRDSAccess",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiment:
    """What is done to one region: the sites that are cut off, the zones whose leaders must move.

    FIS ends no machine of a managed service and stops no replication of its storage: clients lose
    the sites, and leaders move (checked 2026-11-24).
    https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html
    """

    scenario: str
    region: str
    sites: tuple[str, ...]
    zones: tuple[str, ...]


def experiments(plan: Plan, scenarios: Sequence[PlannedScenario]) -> tuple[Experiment, ...]:
    """The experiments of a plan: a site cut off, a site lost, every site of a city lost."""
    places = {
        host.name: place_of(host) for host in plan.sites if host.place and host.place.cloud == "aws"
    }
    found: list[Experiment] = []
    for scenario in scenarios:
        struck = {
            "isolate": (scenario.target,),
            "lose-site": (scenario.target,),
            "lose-city": tuple(h.name for h in plan.sites if h.city == scenario.target),
        }.get(scenario.kind, ())
        sites = tuple(site for site in struck if site in places)
        if not sites:
            continue
        moving = sites if scenario.kind == "lose-site" else ()
        found.append(
            Experiment(
                scenario=scenario.id,
                region=places[sites[0]].region,
                sites=sites,
                zones=tuple(places[site].zone or "" for site in moving),
            )
        )
    return tuple(found)


def make_experiments(deployment: Deployment, networks: Networks, keys: Keys) -> None:
    """The experiments of a drill stack; production has none."""
    if deployment.production:
        return
    role, rights = _role(deployment)
    logs = {region: _log(deployment, region, keys) for region in networks}
    for experiment in experiments(deployment.plan, deployment.plan.scenarios):
        _template(deployment, experiment, networks, logs, role, rights)


def _template(
    deployment: Deployment,
    experiment: Experiment,
    networks: Networks,
    logs: Mapping[str, cloudwatch.LogGroup],
    role: iam.Role,
    rights: Sequence[iam.RolePolicyAttachment | iam.RolePolicy],
) -> None:
    region = experiment.region
    name = deployment.name(region, "fault", experiment.scenario.replace(":", "-"))
    subnets = [networks[region].subnets[site].arn for site in experiment.sites]
    actions = [_action("cut", NETWORK, "Subnets", {"duration": DURATION, "scope": "all"})]
    targets = [
        fis.ExperimentTemplateTargetArgs(
            name="cut",
            resource_type="aws:ec2:subnet",
            selection_mode="ALL",
            resource_arns=subnets,
        )
    ]
    if experiment.zones:
        actions.append(_action("move", MOVE, "Clusters", {}))
        targets.append(
            fis.ExperimentTemplateTargetArgs(
                name="move",
                resource_type="aws:rds:cluster",
                selection_mode="ALL",
                resource_tags=[
                    fis.ExperimentTemplateTargetResourceTagArgs(
                        key="tricenter:stack", value=deployment.stack
                    )
                ],
                # Only what is led from the lost zone moves: who leads is asked at the time.
                parameters={"writerAvailabilityZoneIdentifiers": ",".join(experiment.zones)},
            )
        )
    fis.ExperimentTemplate(
        name,
        region=region,
        description=f"{deployment.stack}: {experiment.scenario}",
        role_arn=role.arn,
        actions=actions,
        targets=targets,
        stop_conditions=[fis.ExperimentTemplateStopConditionArgs(source="none")],
        # An experiment that hits nothing would pass having tested nothing.
        experiment_options=fis.ExperimentTemplateExperimentOptionsArgs(
            account_targeting="single-account", empty_target_resolution_mode="fail"
        ),
        log_configuration=fis.ExperimentTemplateLogConfigurationArgs(
            log_schema_version=2,
            cloudwatch_logs_configuration=(
                fis.ExperimentTemplateLogConfigurationCloudwatchLogsConfigurationArgs(
                    log_group_arn=logs[region].arn.apply(lambda arn: f"{arn}:*")
                )
            ),
        ),
        tags=deployment.tags(name),
        opts=deployment.options(deployment.tree.failover, after=rights),
    )


def _action(
    name: str, action: str, kind: str, parameters: Mapping[str, str]
) -> fis.ExperimentTemplateActionArgs:
    return fis.ExperimentTemplateActionArgs(
        name=name,
        action_id=action,
        target=fis.ExperimentTemplateActionTargetArgs(key=kind, value=name),
        parameters=[
            fis.ExperimentTemplateActionParameterArgs(key=key, value=value)
            for key, value in sorted(parameters.items())
        ],
    )


def _log(deployment: Deployment, region: str, keys: Keys) -> cloudwatch.LogGroup:
    name = deployment.name(region, "faults")
    return cloudwatch.LogGroup(
        name,
        region=region,
        name=f"/tricenter/{deployment.stack}/faults",
        retention_in_days=deployment.log_days,
        kms_key_id=keys[region].arn,
        tags=deployment.tags(name),
        opts=deployment.options(deployment.tree.failover),
    )


def _role(
    deployment: Deployment,
) -> tuple[iam.Role, list[iam.RolePolicyAttachment | iam.RolePolicy]]:
    """The role of the experiments: AWS's own rights for these two actions, and their logs."""
    name = deployment.name(None, "faults")
    parent = deployment.tree.failover
    role = iam.Role(
        name,
        name=role_name(deployment.stack, "faults"),
        description=f"Makes the faults of drills of {deployment.stack}",
        assume_role_policy=trust("fis.amazonaws.com", deployment.account),
        tags=deployment.tags(name),
        opts=deployment.options(parent),
    )
    attached: list[iam.RolePolicyAttachment | iam.RolePolicy] = [
        iam.RolePolicyAttachment(
            f"{name}-{arn.rpartition('Simulator')[2].lower()}",
            role=role.name,
            policy_arn=f"arn:{deployment.partition}:{arn}",
            opts=deployment.options(parent),
        )
        for arn in POLICIES
    ]
    delivery = ["logs:CreateLogDelivery", "logs:PutResourcePolicy", "logs:Describe*"]
    logs = iam.RolePolicy(
        name,
        role=role.id,
        policy=policy([allow(delivery, ["*"])]),
        opts=deployment.options(parent),
    )
    return role, [*attached, logs]
