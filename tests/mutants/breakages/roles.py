"""Breakages of the verbs on roles: who leads, what is lost, who is asked."""

from tests.mutants.mutant import Mutant

MUTANTS = (
    Mutant(
        name="newest-lag-is-not-seen",
        file="roles/aws/calls.py",
        old="EndTime=now + timedelta(seconds=period),",
        new="EndTime=now,",
        tests=("tests/roles/test_aws.py::test_aurora_says_what_may_be_lost",),
        why="CloudWatch leaves out the last minute, and the loss was called unknown.",
        mended=True,
    ),
    Mutant(
        name="fenced-before-it-names-its-replica",
        file="roles/gcp/cloudsql.py",
        old="""
                pair = self._make_pair(old, target)
                fenced = self._fence(old) if old else False
""",
        new="""
                fenced = self._fence(old) if old else False
                pair = self._make_pair(old, target)
""",
        tests=(
            "tests/roles/test_requests.py::test_a_leader_names_its_replica_before_it_is_fenced",
        ),
        why="A leader that was stopped first could no longer name its replica for disasters.",
        mended=True,
    ),
    Mutant(
        name="switchover-asked-where-it-goes",
        file="roles/aws/aurora.py",
        old="asked = region if forced else seen.writer",
        new="asked = region",
        tests=("tests/roles/test_aws.py::test_the_forced_call_is_another_one",),
        why="AWS takes a switchover at the region that leads.",
        mended=True,
    ),
    Mutant(
        name="stale-leader-is-let-in",
        file="roles/aws/fences.py",
        old="        if reasons:\n",
        new="        if not reasons:\n",
        tests=("tests/roles/test_aws_fences.py::test_who_does_not_follow_stays_out",),
        why="An old leader that takes writes beside the new one would get those of clients.",
    ),
    Mutant(
        name="past-lag-is-a-loss",
        file="roles/lab/loss.py",
        old="    if missing == 0:\n",
        new="    if missing == 0 and seconds is None:\n",
        tests=("tests/roles/test_requests.py::test_a_lag_of_the_past_is_no_loss",),
        why="A copy that has everything was told to lose what it had once been behind.",
        mended=True,
    ),
    Mutant(
        name="question-without-its-words",
        file="roles/gcp/rest.py",
        old='return self._send("GET", service, path, query=query)',
        new='return self._send("GET", service, path)',
        tests=("tests/roles/test_requests.py::test_a_question_carries_its_words",),
        why="The argument is taken out: a list would have everything of a project.",
        seed=21,
    ),
    Mutant(
        name="operators-certificate-is-not-shown",
        file="roles/operators.py",
        old="place.hostname, place.port, timeout=timeout, context=operator.context",
        new="place.hostname, place.port, timeout=timeout",
        tests=("tests/roles/test_requests.py::test_a_proxy_is_shown_the_same_certificate",),
        why="The argument is taken out: Patroni would let nobody in through a proxy.",
        seed=20,
    ),
    Mutant(
        name="way-in-is-not-asked-for",
        file="roles/self_managed.py",
        old="if members is None or not has_way_in():",
        new="if False:",
        tests=("tests/roles/test_requests.py::test_without_an_operator_nobody_is_waited_for",),
        why="The branch is taken out: where nobody can be asked, a verb would fail or wait.",
        seed=20,
    ),
    Mutant(
        name="commits-of-a-minority",
        file="roles/lab/loss.py",
        old="len(agreed.voters & answering.keys()) <= agreed.quorum",
        new="len(agreed.voters & answering.keys()) < agreed.quorum",
        tests=(
            "tests/roles/test_lab_loss.py::test_what_the_leader_last_told_the_store_is_a_bound",
        ),
        why="A wrong comparison: no loss would be promised where a commit may be missing.",
    ),
)
