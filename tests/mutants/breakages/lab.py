"""Breakages of the local target; some show only on real hosts."""

from tests.mutants.mutant import Mutant

MUTANTS = (
    Mutant(
        name="lock-on-a-deleted-file",
        file="lab/lock.py",
        old="if os.fstat(descriptor).st_ino == path.stat().st_ino:",
        new="if os.fstat(descriptor).st_ino:",
        tests=("tests/test_lab_stack.py::test_a_lock_on_a_deleted_file_is_none",),
        why="Two verbs would work on one stack at once.",
    ),
    Mutant(
        name="passwords-in-what-is-shown",
        file="lab/secrets.py",
        old='text = text.replace(path.read_text(encoding="ascii"), f"<password {path.stem}>")',
        new="continue",
        tests=("tests/test_lab_secrets.py::test_passwords_are_made_once_and_redacted",),
        why="Messages and reports would show the passwords of a stack.",
    ),
    Mutant(
        name="user-who-owns-no-database",
        file="lab/translation.py",
        old='if line == "  pg_hba:\\n":',
        new="if False:",
        tests=("tests/test_lab_translation.py::test_an_ordinary_user_owns_the_databases",),
        why="An ordinary user could not reach the databases that they own.",
    ),
    Mutant(
        name="cut-in-both-directions",
        file="lab/network/links.py",
        old="for source, target in pairs[:1] if setting.one_way else pairs:",
        new="for source, target in pairs:",
        tests=("tests/lab/test_network.py::test_partition_is_real_and_may_be_one_way",),
        why="A cut in one direction would be one in both, and no drill see the difference.",
    ),
    Mutant(
        name="packets-under-way-arrive",
        file="lab/network/wan.py",
        old="if link.cut or link.target < 0:",
        new="if link.target < 0:",
        tests=("tests/lab/test_network.py::test_cut_hits_packets_under_way",),
        why="What was sent before a cut would arrive after it, as no cut cable lets it.",
    ),
    Mutant(
        name="hosts-see-the-callers-secrets",
        file="lab/host.py",
        old="    found = {\n        STACK_VARIABLE: stack.id,",
        new="    found = {\n        **os.environ,\n        STACK_VARIABLE: stack.id,",
        tests=("tests/lab/test_hosts.py::test_host_is_closed",),
        why="Processes of a site would have the credentials of whoever deploys.",
    ),
    Mutant(
        name="disk-is-never-let-go",
        file="lab/disk.py",
        old="        if not was_there:\n            detach_disk(stack, host)",
        new="        if was_there:\n            detach_disk(stack, host)",
        tests=("tests/lab/test_hosts.py::test_disk_of_an_off_host_is_mounted_only_meanwhile",),
        why="A wrong comparison: the disk of a host without power would stay mounted.",
    ),
    Mutant(
        name="restarts-without-a-pause",
        file="lab/supervised.py",
        old="            if now < self.next_step:\n",
        new="            if False:\n",
        tests=("tests/lab/test_supervisor.py::test_supervisor_restarts_what_dies",),
        why="The branch is taken out: a service that cannot live would be started without end.",
        seed=20,
    ),
)
