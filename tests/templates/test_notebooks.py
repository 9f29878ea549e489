"""The notebook, and the script that fetches the lab files when it starts."""

from __future__ import annotations

import base64
import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.templates import given

NAMES = given.names()
TEMPLATE = given.read(given.rendered("notebooks").body)["Resources"]
NOTEBOOK = TEMPLATE["Notebook"]["Properties"]

_AWS = """#!/bin/bash
echo "$AWS_DEFAULT_REGION $*" >> "{folder}/calls"
[ -e "{folder}/broken" ] && exit 255
case "$1" in
    sts) echo arn:aws-cn:sts::111122223333:assumed-role/techday-training-x/SageMaker ;;
    s3) [ "$5" != --delete ] || rm -rf "$4"/*; cp -R "{folder}/bucket/." "$4" ;;
esac
"""


# Says who runs what, and runs it: the machine of a test has one user.
_RUNUSER = """#!/bin/bash
echo "$*" >> "{folder}/as"
[ ! -e "{folder}/nobody" ] || exit 0
shift 3
exec "$@"
"""


class Machine:
    """A notebook instance in a folder: its home, a bucket, and `aws`, `runuser` and `sleep` that do no harm."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = folder / "home"
        self.labs = self.home / "SageMaker" / "labs"
        self.program("aws", _AWS.format(folder=folder))
        self.program("nohup", '#!/bin/bash\nexec "$@"\n')
        self.program("runuser", _RUNUSER.format(folder=folder))
        for name in ("chown", "sleep"):
            self.program(name, f'#!/bin/bash\necho "{name}" >> "{folder}/did"\n')
        (folder / "bucket" / "notebook").mkdir(parents=True)
        (folder / "log").mkdir()
        (self.home / "SageMaker").mkdir(parents=True)

    def start(self, wait: bool = True, team: str = "team01") -> subprocess.CompletedProcess[str]:
        """Run the script as SageMaker does, with its folders put into this one; `wait` for what it started."""
        path = f"{self.folder / 'bin'}:{os.environ['PATH']}"
        moved = {
            "/home/ec2-user": self.home,
            "/usr/local/sbin": self.folder / "bin",
            "/var/log": self.folder / "log",
            "/usr/local/bin:/usr/bin:/bin": path,
        }
        script = _script(team)
        for there, here in moved.items():
            script = script.replace(there, str(here))
        if wait:
            script = script.replace("\nexit 0", "\nstatus=$?; wait; exit $status")
        return subprocess.run(
            ["bash", "-c", script], env={"PATH": path}, capture_output=True, text=True, timeout=30, check=False
        )

    def put(self, name: str, text: str) -> None:
        (self.folder / "bucket" / "notebook" / name).write_text(text)

    def calls(self) -> list[str]:
        return (self.folder / "calls").read_text().splitlines()

    def program(self, name: str, text: str) -> None:
        path = self.folder / "bin" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def _script(team: str = "team01") -> str:
    template = given.read(given.rendered("notebooks", team=given.account(team=team)).body)["Resources"]
    [start] = template["LifecycleConfig"]["Properties"]["OnStart"]
    return base64.b64decode(start["Content"]).decode("ascii")


def test_the_notebook_is_as_the_labs_need_it() -> None:
    assert NOTEBOOK["NotebookInstanceName"] == "techday-notebook"
    assert NOTEBOOK["InstanceType"] == "ml.t3.medium"
    assert NOTEBOOK["PlatformIdentifier"] == "notebook-al2023-v1"
    assert NOTEBOOK["RoleArn"] == NAMES.role_arn(NAMES.training_role)
    assert NOTEBOOK["InstanceMetadataServiceConfiguration"] == {"MinimumInstanceMetadataServiceVersion": "2"}
    assert NOTEBOOK["LifecycleConfigName"] == {"GetAtt": "LifecycleConfig.NotebookInstanceLifecycleConfigName"}


def test_the_start_script_fits_what_sagemaker_takes() -> None:
    [start] = TEMPLATE["LifecycleConfig"]["Properties"]["OnStart"]
    assert len(start["Content"]) <= 16_384 // 2


def test_lab_files_and_settings_are_there_after_a_start(machine: Machine) -> None:
    machine.put("lab.ipynb", "cells")
    assert machine.start().returncode == 0
    assert (machine.labs / "notebook" / "lab.ipynb").read_text() == "cells"
    settings = json.loads((machine.home / "SageMaker" / "event.json").read_text())
    assert settings["bucket"] == NAMES.bucket
    assert settings["role_arn"] == f"arn:aws-cn:iam::{given.ACCOUNT}:role/{NAMES.training_role}"
    assert settings["topic_arn"] == f"arn:aws-cn:sns:{given.REGION}:{given.ACCOUNT}:{NAMES.topic}"
    assert settings["training"]["instance_types"] == ["ml.p3.2xlarge", "ml.g5.2xlarge", "ml.g4dn.xlarge"]
    assert settings["endpoint"] == {"instance_type": "ml.m5.large", "maximum": 2, "minimum": 1, "target": 50}
    assert f"{given.REGION} s3 sync s3://{NAMES.bucket}/labs/" in machine.calls()[1]


def test_the_lab_notebook_reads_the_teams_own_name_in_its_own_script(machine: Machine) -> None:
    machine.put("lab.ipynb", "cells")
    machine.start(team="\u7b2c\u4e00\u961f")
    assert json.loads((machine.home / "SageMaker" / "event.json").read_text())["team"] == "\u7b2c\u4e00\u961f"


def test_what_the_team_has_not_changed_follows_the_bucket(machine: Machine) -> None:
    for name in ("lab.ipynb", "old.md", "gone.md"):
        machine.put(name, "as it was")
    machine.start()
    (machine.labs / "notebook" / "old.md").write_text("the team's own words")
    machine.put("lab.ipynb", "corrected")
    for name in ("old.md", "gone.md"):
        (machine.folder / "bucket" / "notebook" / name).unlink()
    machine.start()
    found = {each.name: each.read_text() for each in (machine.labs / "notebook").iterdir()}
    assert found == {"lab.ipynb": "corrected", "old.md": "the team's own words"}


def test_a_start_that_fetches_nothing_leaves_the_lab_files_as_they_were(machine: Machine) -> None:
    machine.put("lab.ipynb", "cells")
    machine.start()
    (machine.folder / "broken").touch()
    machine.start()
    assert (machine.labs / "notebook" / "lab.ipynb").read_text() == "cells"


def test_a_second_start_brings_new_files_and_keeps_what_the_team_wrote(machine: Machine) -> None:
    machine.put("lab.ipynb", "cells")
    machine.start()
    (machine.labs / "notebook" / "lab.ipynb").write_text("the team's own work")
    machine.put("lab.ipynb", "cells, corrected")
    machine.put("hint.md", "a hint")
    assert machine.start().returncode == 0
    assert (machine.labs / "notebook" / "lab.ipynb").read_text() == "the team's own work"
    assert (machine.labs / "notebook" / "hint.md").read_text() == "a hint"
    assert (machine.home / "SageMaker" / ".labs" / "notebook" / "lab.ipynb").read_text() == "cells, corrected"


def test_a_start_succeeds_and_gives_up_in_the_end_when_aws_refuses_everything(machine: Machine) -> None:
    (machine.folder / "broken").touch()
    done = machine.start()
    assert (done.returncode, done.stdout) == (0, "")
    assert 20 <= len(machine.calls()) <= 60


def test_the_notebook_does_not_wait_for_the_files(machine: Machine) -> None:
    """SageMaker fails a start whose script takes five minutes. `aws` hangs here until the test lets it go."""
    gate = machine.folder / "gate"
    os.mkfifo(gate)
    passed = machine.folder / "passed"
    machine.program("aws", f'#!/bin/bash\n[ -e "{passed}" ] || read -r < "{gate}"\ntouch "{passed}"\nexit 1\n')
    machine.program("sleep", "#!/bin/bash\nkill $PPID\n")
    assert machine.start(wait=False).returncode == 0
    assert not passed.exists()
    gate.write_text("go\n")


def test_files_that_come_after_the_start_are_fetched_without_another_one(machine: Machine) -> None:
    """The bucket is empty at first; the program that waits between two tries puts the file there."""
    bucket = machine.folder / "bucket" / "notebook"
    bucket.rmdir()
    machine.program("sleep", f'#!/bin/bash\nmkdir -p "{bucket}" && echo late > "{bucket}/lab.ipynb"\n')
    assert machine.start().returncode == 0
    assert (machine.labs / "notebook" / "lab.ipynb").read_text() == "late\n"


def test_root_itself_touches_nothing_that_the_team_can_write_to(machine: Machine) -> None:
    (machine.folder / "nobody").touch()
    machine.put("lab.ipynb", "cells")
    assert machine.start().returncode == 0
    assert [each for each in machine.home.rglob("*") if each != machine.home / "SageMaker"] == []
    assert not (machine.folder / "calls").exists()
    [ran] = (machine.folder / "as").read_text().splitlines()
    home, program = machine.home, machine.folder / "bin" / "event-files"
    assert ran.startswith(f"-u ec2-user -- env -i HOME={home} AWS_DEFAULT_REGION={given.REGION} PATH=")
    assert ran.endswith(str(program))
    assert program.stat().st_mode & 0o777 == 0o755


def test_no_part_of_the_work_is_given_to_another_user_or_left_to_root(machine: Machine) -> None:
    machine.put("lab.ipynb", "cells")
    machine.start()
    assert not (machine.folder / "did").exists(), "neither chown nor a second try was needed"
    begun, _, program = _script().partition("<<'SCRIPT'")
    assert "ec2-user" not in begun
    after = program.partition("\nSCRIPT\n")[2]
    assert [line.split()[0] for line in after.splitlines() if not line.startswith(" ")] == ["chmod", "nohup", "exit"]


@pytest.mark.parametrize("lead", ["labs", ".labs"])
def test_a_folder_that_is_a_link_is_not_followed(machine: Machine, lead: str) -> None:
    elsewhere = machine.folder / "elsewhere"
    elsewhere.mkdir()
    (machine.home / "SageMaker" / lead).symlink_to(elsewhere)
    machine.put("lab.ipynb", "cells")
    assert machine.start().returncode == 0
    assert list(elsewhere.iterdir()) == []
    assert (machine.labs / "notebook" / "lab.ipynb").read_text() == "cells"


@pytest.mark.parametrize("there", [True, False])
def test_settings_are_not_written_through_a_link(machine: Machine, there: bool) -> None:
    victim = machine.folder / "victim"
    if there:
        victim.write_text("root's own")
    (machine.home / "SageMaker" / "event.json").symlink_to(victim)
    machine.put("lab.ipynb", "cells")
    assert machine.start().returncode == 0
    assert (victim.read_text() if there else victim.exists()) == ("root's own" if there else False)
    settings = machine.home / "SageMaker" / "event.json"
    assert json.loads(settings.read_text())["bucket"] == NAMES.bucket
    assert settings.stat().st_mode & 0o777 == 0o644
    assert [each.name for each in settings.parent.iterdir() if each.name.startswith(".event")] == []
