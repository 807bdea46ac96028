"""Breakages of set-up, and of what it brings."""

from tests.mutants.mutant import Mutant

MUTANTS = (
    Mutant(
        name="install-beside-the-lock",
        file="setup/interpreter/bin/python",
        old='if [ "${1-} ${2-} ${3-}" = "-m pip install" ]; then',
        new='if [ "${1-} ${2-} ${3-}" = "-m pip upgrade" ]; then',
        tests=("tests/test_interpreter.py::test_nothing_is_installed_beside_what_is_locked",),
        why="`pulumi install` brought other packages than the locked ones into the environment.",
        mended=True,
    ),
    Mutant(
        name="pack-runs-where-the-program-does",
        file="setup/language_host/server.py",
        old='pwd = packed if request.kind == "analyzer" else request.pwd',
        new="pwd = request.pwd",
        tests=("tests/test_language_host.py::test_policy_pack_runs_in_its_own_folder",),
        why="Our host hid that a pack did not find the program's records under the official one.",
        mended=True,
    ),
    Mutant(
        name="log-without-a-message",
        file="setup/language_host/server.py",
        old="entry = engine_pb2.LogRequest(severity=severity, message=text)",
        new="entry = engine_pb2.LogRequest(severity=severity)",
        tests=("tests/test_language_host.py::test_run_hands_the_program_to_the_executor",),
        why="The argument is taken out: what a program prints would not be shown.",
        seed=21,
    ),
    Mutant(
        name="folder-that-is-there-already",
        file="setup/toolchain.py",
        old="ours.mkdir(parents=True, exist_ok=True, mode=0o700)",
        new="ours.mkdir(parents=True, mode=0o700)",
        tests=(
            "tests/test_setup.py::test_environment_without_configuration_is_a_folder_of_the_users",
        ),
        why="The argument is taken out: the second command of a user would fail.",
        seed=20,
    ),
    Mutant(
        name="passphrase-for-everyone",
        file="setup/toolchain.py",
        old="os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)",
        new="os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)",
        tests=(
            "tests/test_setup.py::test_environment_without_configuration_is_a_folder_of_the_users",
        ),
        why="A missing protection: every user of the machine could read all secrets of stacks.",
    ),
    Mutant(
        name="broken-check-ends-doctor",
        file="setup/checks.py",
        old="except (Missing, OSError, subprocess.SubprocessError) as error:",
        new="except (Missing, subprocess.SubprocessError) as error:",
        tests=("tests/test_setup.py::test_a_check_that_breaks_is_a_finding",),
        why="A program that is missing would end the table with a traceback.",
    ),
    Mutant(
        name="not-root-is-root",
        file="setup/checks.py",
        old="if os.geteuid() != 0:",
        new="if False:",
        tests=("tests/test_doctor.py::test_who_is_root",),
        why="The branch is taken out: doctor would promise an ordinary user namespaces.",
        seed=21,
    ),
    Mutant(
        name="a-port-answers-everybody",
        file="setup/callers.py",
        old="    return users == {os.geteuid()}",
        new="    return True",
        tests=("tests/test_strangers.py::test_our_own_connection_is_known",),
        why="Any user of the machine could have root's provider make a unit.",
        mended=True,
    ),
    Mutant(
        name="a-closed-connection-is-roots",
        file="setup/callers.py",
        old="        held = row[INODE] != NOBODY_HOLDS",
        new="        held = True",
        tests=("tests/test_strangers.py::test_our_own_connection_is_known",),
        why="The kernel shows what nobody holds as root's: a stranger asks and hangs up.",
        mended=True,
    ),
)
