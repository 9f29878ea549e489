"""`lab finish` against one simulated account that the tool has prepared."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import Any

import boto3
import pytest

from bootstrap.aws.sessions import AccountSession
from bootstrap.cli.commands import lab_finish
from bootstrap.cli.commands.choice import Choice
from bootstrap.engine.run_kind import RunKind
from bootstrap.errors import BAD_INPUT, READY, BadInput
from bootstrap.event.names import Names
from bootstrap.journal.journal import Journal
from bootstrap.journal.venue.notices import Notices
from bootstrap.journal.venue.rows import VenueDatabase
from bootstrap.people import catch_up, prepared
from bootstrap.people.finishing import labels, trained
from bootstrap.people.finishing.pieces import Piece, PieceStanding
from bootstrap.people.labelling import agreement
from bootstrap.rehearsal import simulated as rehearsal
from tests import runs
from tests.people.web.label_team import Team
from tests.simulator.services.sagemaker.test_training import Lab

THERE, MISSING, TEAMS, IMPOSSIBLE = PieceStanding
MANIFEST, LABELS = "labelling/team.manifest", "labelled/organisers/manifests/output/output.manifest"
TRAIN, VALIDATION, MODEL = "notebook/train/train.rec", "notebook/validation/validation.rec", trained.MODEL


class Owner(Lab):
    """The owner of a prepared account, who trains there as a smoke job does."""

    def __init__(self, team: Team) -> None:
        self.team, ran = team, team.ran
        key, secret = rehearsal.owner_keys(team.account.account_id)
        session = boto3.Session(key, secret, region_name=team.account.region)
        iam, self.sagemaker = (session.client(each, endpoint_url=ran.simulated.url) for each in ("iam", "sagemaker"))
        self.bucket = team.bucket
        trust = {"Effect": "Allow", "Principal": {"Service": "sagemaker.amazonaws.com"}, "Action": "sts:AssumeRole"}
        made = iam.create_role(RoleName="owner", AssumeRolePolicyDocument=document(trust))
        may = {"Effect": "Allow", "Action": ["s3:*", "ecr:*"], "Resource": "*"}
        iam.put_role_policy(RoleName="owner", PolicyName="all", PolicyDocument=document(may))
        self.role = str(made["Role"]["Arn"])
        ran.simulated.differ(team.account.account_id, quotas={"applied": {"ml.g5.* for training job usage": 1}})

    def trains(self, name: str) -> None:
        classes = json.loads(self.team.read("classes.json"))
        given = {"num_classes": classes["num_classes"], "num_training_samples": classes["num_training_samples"]}
        image = f"501404015308.dkr.ecr.{self.team.account.region}.amazonaws.com/image-classification:1"
        for seconds in (60, 600):
            self.team.ran.time[0] += seconds
            self.team.ran.simulated.move(self.team.ran.time[0])
            if seconds == 60:
                algorithm = {"TrainingImage": image, "TrainingInputMode": "File"}
                self.start(
                    name,
                    AlgorithmSpecification=algorithm,
                    HyperParameters={key: str(each) for key, each in given.items()},
                )


def document(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@dataclass
class Desk:
    """The support desk, and the team that has fallen behind. `session`: of the team's account, which is proven."""

    team: Team
    session: AccountSession
    names: Names
    said: list[str] = field(default_factory=list)

    def choice(self, *teams: str, yes: bool = True) -> Choice:
        return replace(runs.choice(self.team.ran.at, *teams), kind=RunKind.LAB_FINISH, yes=yes)

    def finish(self, lab: str, *teams: str, again: bool = False, yes: bool = True) -> int:
        self.said.clear()
        return lab_finish.finish(self.choice(*(teams or ("team-1",)), yes=yes), lab, again, self.said.append)

    def labels(self, again: bool = False) -> dict[str, Piece]:
        return {each.key: each for each in labels.pieces(self.session, self.names, again)}

    def trained(self, again: bool = False) -> dict[str, PieceStanding]:
        return {each.key: each.standing for each in trained.pieces(self.session, self.names, again)}

    def keys(self, *prefixes: str) -> list[str]:
        objects = self.team.ran.simulated.state(self.team.account.account_id)["buckets"][self.team.bucket]
        return sorted(each for each in objects if each.startswith(prefixes))

    def clear(self, *prefixes: str) -> None:
        for key in self.keys(*prefixes):
            self.session.client("s3").delete_object(Bucket=self.team.bucket, Key=key)

    def put(self, key: str, body: bytes) -> None:
        self.session.client("s3").put_object(Bucket=self.team.bucket, Key=key, Body=body)

    def bytes(self, key: str) -> bytes:
        with self.session.client("s3").get_object(Bucket=self.team.bucket, Key=key)["Body"] as body:
            return bytes(body.read())

    def acts(self) -> list[str]:
        with Journal(self.choice().journal_path) as journal:
            found = journal.actions(self.team.ran.inputs.event.name)
        return [each.detail for each in found if each.command == "lab finish"]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Two teams, of which the first has its bucket, its data and a smoke job that is done."""
    at = runs.folder(tmp_path_factory.mktemp("event"), teams=2)
    with runs.rehearsed(at) as ran:
        ran.provision("team-1", only=("access", "marker", "stack:buckets", "materials"), keep=False)
        team = Team(ran)
        session = team.session()
        names = prepared.checked(session, ran.inputs.event)
        Owner(team).trains(f"{names.smoke_prefix}01-ml-g5-2xlarge")
        yield Desk(team, session, names)


@pytest.fixture
def desk(both: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    for name, value in rehearsal.environment(both.team.ran.simulated).items():
        monkeypatch.setenv(name, value)
    yield both
    both.clear("labelled/", MANIFEST, "notebook/")


def test_lab_1_ends_with_the_true_labels_which_say_whose_they_are(desk: Desk, capsys: Any) -> None:
    """A team whose account was not prepared stops no other."""
    assert desk.finish("ground-truth", "team-2", "team-1") == BAD_INPUT
    assert "EB-605" in capsys.readouterr().err
    assert json.loads(desk.bytes(MANIFEST).splitlines()[0])["source-ref"].endswith("/car-01.jpg")
    about = [json.loads(each)["kind-metadata"] for each in desk.bytes(LABELS).splitlines()]
    assert {(each["job-name"], each["human-annotated"]) for each in about} == {("labeling-job/organisers", "no")}
    found = agreement.found(desk.session, desk.team.bucket, "organisers")
    assert found is not None
    assert found.comparison is not None
    assert (found.labelled, found.total, found.comparison.percent) == (24, 24, 100)
    assert desk.acts() == [f"finished state of ground-truth: {MANIFEST}, {LABELS}"]
    for again in (False, True):
        assert [each.standing for each in desk.labels(again).values()] == [THERE, THERE]


def test_a_click_of_staff_gives_it_and_the_team_is_told_on_its_page_only(desk: Desk) -> None:
    inputs = desk.team.ran.inputs
    assert [each.command for each in catch_up.offers(inputs, "team-1")] == [
        "event-bootstrap lab finish ground-truth team-1", "event-bootstrap lab finish notebook team-1",
    ]  # fmt: skip
    choice = desk.choice("team-2")
    with closing(VenueDatabase(choice.journal_path)) as database:
        notices = Notices(database, inputs.event.name)
        before = len(notices.current())
        given = [lab_finish.from_page(choice, "team-1", "ground-truth", "Mei on duty") for _ in range(2)]
        assert [each.exit_code for each in given] == [0, 0]
        assert any(LABELS in line for line in given[0].lines)
        found = notices.current()
    assert len(found) == before + 1, "the second time nothing was written"
    assert (found[0].teams, found[0].actor) == (("team-1",), "Mei on duty")
    assert "ground-truth" in found[0].text_zh


def test_the_labels_of_a_team_stay_and_the_true_ones_are_put_beside_only_when_asked(desk: Desk) -> None:
    pictures = [json.loads(each) for each in desk.bytes("labelling/input.manifest").splitlines()]
    about = {"class-name": "suv", "job-name": "labeling-job/cars"}
    lines = [json.dumps({**each, "kind": 3, "kind-metadata": about}) for each in pictures]
    desk.put("labelled/cars/manifests/output/output.manifest", "\n".join(lines).encode())
    assert desk.labels()[LABELS].standing is TEAMS
    assert "labelled/cars" in desk.labels()[LABELS].words
    beside = desk.labels(again=True)[LABELS]
    assert (beside.standing, beside.replaces) == (MISSING, False)


def test_a_manifest_of_the_teams_own_stays_and_one_that_is_wrong_is_replaced_when_asked(desk: Desk) -> None:
    desk.put(MANIFEST, desk.bytes("labelling/input.manifest").splitlines()[4])
    own = desk.labels(again=True)
    assert (own[MANIFEST].standing, len(own[LABELS].body.splitlines())) == (THERE, 1)
    desk.put(MANIFEST, b"car-01.jpg\n")
    wrong = desk.labels()
    assert (wrong[MANIFEST].standing, len(wrong[LABELS].body.splitlines())) == (TEAMS, 24)
    asked = desk.labels(again=True)[MANIFEST]
    assert (asked.standing, asked.replaces, len(asked.body.splitlines())) == (MISSING, True, 24)


def test_without_the_archive_the_truth_is_not_known(desk: Desk) -> None:
    archive = desk.bytes("car_data.zip")
    desk.clear("car_data.zip")
    try:
        found = desk.labels()[LABELS]
    finally:
        desk.put("car_data.zip", archive)
    assert found.standing is IMPOSSIBLE
    assert "provision TEAM --step materials" in found.words


def test_lab_2_gets_the_prepared_data_and_the_model_of_the_smoke_job(desk: Desk) -> None:
    assert desk.finish("notebook") == READY
    (smoke,) = (each for each in desk.keys("models/") if each.endswith("model.tar.gz"))
    for key, source in ((TRAIN, "train/train.rec"), (VALIDATION, "validation/validation.rec"), (MODEL, smoke)):
        assert desk.bytes(key) == desk.bytes(source)
        told = desk.session.client("s3").head_object(Bucket=desk.team.bucket, Key=key)["Metadata"]
        assert told == {"event-bootstrap-finished": desk.team.ran.inputs.event.name}
    assert f"s3://{desk.team.bucket}/{MODEL}" in desk.said[-1]
    assert set(desk.trained(again=True).values()) == {THERE}


def test_what_a_team_has_packed_stays_unless_somebody_says_yes(desk: Desk) -> None:
    """The algorithm wants one file a channel: another beside it would break the team's job."""
    desk.put(TRAIN, b"the team's own")
    desk.put(MODEL, b"there")
    assert desk.trained() == {TRAIN: TEAMS, VALIDATION: MISSING, MODEL: THERE}
    assert desk.finish("notebook", again=True, yes=False) == READY
    assert (desk.said[-1], desk.bytes(TRAIN)) == ("nothing was changed", b"the team's own")
    assert desk.finish("notebook", again=True) == READY
    assert desk.bytes(TRAIN) == desk.bytes("train/train.rec")


def test_a_model_of_other_classes_is_none(desk: Desk) -> None:
    classes = desk.bytes("classes.json")
    desk.put("classes.json", b'{"num_classes": 7}')
    try:
        assert desk.trained()[MODEL] is IMPOSSIBLE
    finally:
        desk.put("classes.json", classes)


def test_for_lab_3_nothing_is_copied_and_it_says_so(desk: Desk) -> None:
    calls = desk.team.ran.simulated.calls()
    assert desk.finish("tuning") == READY
    assert "tuning_job.py" in desk.said[0]
    assert desk.team.ran.simulated.calls() == calls


@pytest.mark.parametrize(
    ("lab", "teams", "code"),
    [("notebok", ["team-1"], "EB-640"), ("notebook", [], "EB-641"), ("notebook", ["x"], "EB-401")],
)
def test_what_it_cannot_know_is_refused(desk: Desk, lab: str, teams: list[str], code: str) -> None:
    with pytest.raises(BadInput, match=code):
        lab_finish.finish(desk.choice(*teams), lab, False, desk.said.append)
