"""Breakages of what machines of self-managed sites bring back by themselves."""

from tests.mutants.mutant import Mutant

PROGRAM = "tests/test_machine_program.py"
OBJECT = "tests/test_machine_object.py"
TEMPLATES = "topology/render/templates/cloud-init"

MUTANTS = (
    Mutant(
        name="bucket-is-root-on-the-machine",
        file=f"{TEMPLATES}/node.py.j2",
        old='if hashlib.sha256(data).hexdigest() != secret.get("object_digest"):',
        new="if not data:",
        tests=(f"{OBJECT}::test_another_object_is_refused[another program]",),
        why="Whoever could write into a site's bucket ran what they liked as root on its machine.",
        mended=True,
    ),
    Mutant(
        name="object-writes-anywhere",
        file=f"{TEMPLATES}/node.py.j2",
        old='if not path.startswith(roots) or {"", ".", ".."} & set(path.split("/")[1:]):',
        new="if not path.startswith(roots):",
        tests=(f"{OBJECT}::test_only_the_sites_own_folders[files-/srv/etc/../../etc/cron.d/x]",),
        why="Absolute paths and `..` of a bucket's object were written as root.",
        mended=True,
    ),
    Mutant(
        name="patroni-without-hashes",
        file="topology/render/cloud_init.py",
        old='"install", "--no-input", "--require-hashes", "--no-deps"]',
        new='"install", "--no-input", "--no-deps"]',
        tests=(
            "tests/test_cloud_init.py::test_nothing_is_installed_from_an_index_without_its_hash",
        ),
        why="Patroni came from an index by its version alone.",
        mended=True,
    ),
    Mutant(
        name="edited-spec-reaches-nobody",
        file=f"{TEMPLATES}/members.py.j2",
        old="if not changes or not decides(node, database):",
        new="if True:",
        tests=(f"{PROGRAM}::test_a_changed_spec_reaches_the_members",),
        why="A stack edited from quorum to sync kept quorum: settings counted at creation only.",
        mended=True,
    ),
    Mutant(
        name="blank-voice-stays-out",
        file=f"{TEMPLATES}/voice.py.j2",
        old='return write(VOICE, joining(read_own(VOICE), ",".join(sorted(named))))',
        new="return False",
        tests=(f"{PROGRAM}::test_a_voice_with_an_empty_disk",),
        why="A site with new disks never got its voice back: etcd refused it for ever.",
        mended=True,
    ),
    Mutant(
        name="copy-with-log-of-its-own-is-thrown-away",
        file="topology/copy_anew.py",
        old="if mine[0] > ahead[0] or mine[1] > end:",
        new="if mine[0] > ahead[0]:",
        tests=("tests/test_copy_anew.py::test_what_nobody_else_has_is_kept",),
        why="A copy that alone has acknowledged writes was made anew by itself.",
    ),
    Mutant(
        name="timelines-of-one-number-are-one",
        file="topology/copy_anew.py",
        old="if any(left.get(timeline) != where for timeline, where in branch):",
        new="if False:",
        tests=("tests/test_copy_anew.py::test_what_nobody_else_has_is_kept",),
        why="After two promotions of one number the copy with the lost writes was thrown away.",
    ),
    Mutant(
        name="every-machine-decides",
        file=f"{TEMPLATES}/members.py.j2",
        old='return not leaders or leaders == [node["site"]]',
        new="return True",
        tests=(f"{PROGRAM}::test_only_the_leaders_machine_decides",),
        why="Machines with an older and a newer spec undid each other's settings for ever.",
    ),
    Mutant(
        name="voice-taken-away-by-a-minority",
        file=f"{TEMPLATES}/voice.py.j2",
        old='if 2 * len(led) <= len(node["voices"]):',
        new="if not led:",
        tests=(f"{PROGRAM}::test_a_voice_with_an_empty_disk",),
        why="A voice was taken out of a store whose others were no majority.",
    ),
    Mutant(
        name="voice-of-a-store-in-the-making-joins",
        file=f"{TEMPLATES}/voice.py.j2",
        old='return None if own[0].get("name") else [*others, own[0]]',
        new="return [*others, own[0]]",
        tests=(f"{PROGRAM}::test_a_voice_with_an_empty_disk",),
        why="The last machine of a new stack tried to join a store that waits for it as it is.",
    ),
)
