"""event.yaml and labs/ as people write them."""

from __future__ import annotations

import pickle
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from botocore.loaders import Loader

from bootstrap.errors import BadInput, Problem, catalogue
from bootstrap.errors.explanations import event as explanations
from bootstrap.event import event, instance_types
from bootstrap.event import quotas as quota_table
from bootstrap.event.event import Event
from bootstrap.report.translations import shown

ROOT = Path(__file__).parents[2]
SHIPPED = (ROOT / "event.yaml").read_text(encoding="utf-8")
LEAST = """\
name: day
region: ap-northeast-1
schedule:
  opens: 2026-12-10T09:00+09:00
  closes: 2026-12-10T18:00+09:00
  expires: 2026-12-11T18:00+09:00
labs:
  - name: tuning
"""


@pytest.fixture
def read(tmp_path: Path) -> Callable[[str | bytes], Event]:
    def reader(text: str | bytes) -> Event:
        path = tmp_path / "event.yaml"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return event.read(path)

    return reader


Read = Callable[[str | bytes], Event]


def problems(read: Read, text: str | bytes) -> tuple[Problem, ...]:
    with pytest.raises(BadInput) as caught:
        read(text)
    assert caught.value.exit_code == 2
    for each in caught.value.problems:
        assert re.search("[\u4e00-\u9fff]", shown(each.fix, "zh")) or not each.fix
        # Of what is not YAML, PyYAML's own words are told.
        assert re.search("[\u4e00-\u9fff]", shown(each.what, "zh")) or each.code == "EB-131"
    return caught.value.problems


def test_what_is_not_written_has_the_defaults_that_the_shipped_file_shows(read: Read) -> None:
    shipped, least = read(SHIPPED), read(LEAST)
    parts = (
        "training",
        "notebook",
        "endpoint",
        "dataset",
        "quotas",
        "access",
        "patience",
        "tags",
        "keep_out",
        "notices",
    )
    for part in parts:
        assert getattr(least, part) == getattr(shipped, part), part


def test_the_commented_lines_of_the_shipped_file_are_the_defaults(read: Read) -> None:
    keys = "seed|pictures_per_class|size|validation_share|access|role_name|principals|patience|venue|survey"
    text = re.sub(rf"(?m)^( *)# ( *(?:{keys}|[a-z_]+_minutes):)", r"\1\2", SHIPPED)
    assert text.count("\n  quota_minutes:") == text.count("\n  seed:") == text.count("\n  role_name:") == 1
    assert read(text) == read(SHIPPED)


def test_the_shipped_event_is_as_agreed(read: Read) -> None:
    shipped = read(SHIPPED)
    assert [(each.name, each.required) for each in shipped.labs] == [
        ("ground-truth", False),
        ("notebook", True),
        ("tuning", True),
    ]
    assert shipped.training.instance_types == ("ml.p3.2xlarge", "ml.g5.2xlarge", "ml.g4dn.xlarge")
    minutes = (shipped.training.smoke_minutes, shipped.training.notebook_minutes, shipped.training.tuning_job_minutes)
    assert (shipped.training.volume_gb, *minutes) == (50, 15, 30, 240)
    assert shipped.notebook.instance_type == "ml.t3.medium"
    endpoint = shipped.endpoint
    assert (endpoint.instance_type, endpoint.minimum, endpoint.maximum, endpoint.target) == ("ml.m5.large", 1, 2, 50)
    assert shipped.schedule.opens.utcoffset() == timedelta(hours=9)


def test_labs_say_what_they_need(read: Read) -> None:
    needs = {each.name: each for each in read(SHIPPED).labs}
    assert all({"buckets", "roles"} <= set(each.stacks) for each in needs.values())
    assert {"notebooks", "notifications"} <= set(needs["notebook"].stacks)
    assert needs["notebook"].quotas == ("training", "endpoint")
    assert needs["tuning"].quotas == ("training",)
    assert needs["tuning"].smoke
    assert needs["ground-truth"].workforce
    assert "workforce" in needs["ground-truth"].stacks
    assert "labelling" in needs["ground-truth"].data
    assert all(each.title and each.title_zh for each in needs.values())


def test_quotas_are_ranked_with_known_codes_and_a_total_to_match(read: Read) -> None:
    training, endpoint = read(LEAST).group("training"), read(LEAST).group("endpoint")
    assert [(each.instance_type, each.value, each.code) for each in training.one_of] == [
        ("ml.p3.2xlarge", 6, "L-D438008E"),
        ("ml.g5.2xlarge", 3, "L-2D6DEB3C"),
        ("ml.g4dn.xlarge", 3, "L-3F53BF0F"),
    ]
    assert [(each.value, each.code, each.match) for each in training.all_of] == [(6, "L-00C91CB5", True)]
    assert [(each.name, each.value, each.code) for each in endpoint.all_of] == [
        ("ml.m5.large for endpoint usage", 4, "L-614B09FD"),
        ("Number of instances across active endpoints", 4, "L-7A3DF611"),
    ]


def test_quotas_follow_the_ranked_types(read: Read) -> None:
    text = LEAST + "training: {instance_types: [ml.g5.4xlarge, ml.g5.xlarge]}\nquotas: {training: {ml.g5.xlarge: 5}}\n"
    training = read(text).group("training")
    assert [(each.name, each.value, each.code) for each in training.one_of] == [
        ("ml.g5.4xlarge for training job usage", 3, None),
        ("ml.g5.xlarge for training job usage", 5, "L-B6D80D9C"),
    ]
    assert training.all_of[0].value == 5


def test_an_unknown_group_is_an_error_of_the_caller(read: Read) -> None:
    with pytest.raises(KeyError):
        read(LEAST).group("nothing")


def test_an_event_is_frozen_and_can_be_pickled(read: Read) -> None:
    one = read(SHIPPED)
    assert pickle.loads(pickle.dumps(one)) == one
    with pytest.raises(ValueError, match="frozen"):
        one.name = "other"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gbk"])
def test_what_editors_save_is_read(read: Read, encoding: str) -> None:
    assert read((LEAST + "tags: {owner: 王}\n").encode(encoding)).tags == {"owner": "王"}


SECTIONS = [
    # section, path, code, what it says or how it is fixed
    ("trainng: {}", "trainng", "EB-133", "Did you mean `training`?"),
    ("training: {volume: 5}", "training.volume", "EB-133", "instance_types"),
    ("training: {volume_gb: big}", "training.volume_gb", "EB-135", "a whole number from 1 to 1024"),
    ("training: {volume_gb: true}", "training.volume_gb", "EB-135", "found `true`"),
    ("training: {volume_gb: 2000}", "training.volume_gb", "EB-136", "from 1 to 1024"),
    # aws.md section 0.3: more than the disk of the type.
    ("training: {volume_gb: 300}", "training.volume_gb", "EB-141", "ml.g4dn.xlarge holds 125"),
    ("training: {volume_gb:}", "training.volume_gb", "EB-135", "nothing after the colon"),
    ("training: {instance_types: [ml.m5.large]}", "training.instance_types[0]", "EB-139", "ml.m5.large"),
    ("training: {instance_types: [ml.g5.2xlage]}", "training.instance_types[0]", "EB-139", "mean `ml.g5.2xlarge`"),
    ("training: {instance_types: []}", "training.instance_types", "EB-136", "1 to 5"),
    ("training: {instance_types: ml.g5.xlarge}", "training.instance_types", "EB-135", "a list"),
    ("training: {instance_types: [ml.g5.xlarge, ml.g5.xlarge]}", "training.instance_types", "EB-139", "twice"),
    ("training: {smoke_minutes: 1}", "training.smoke_minutes", "EB-136", "5 to 120"),
    ("training:", "training", "EB-135", "or delete the line"),
    ("notebook: {instance_type: ml.p3.2xlarge}", "notebook.instance_type", "EB-140", "Amazon Linux 2023"),
    ("notebook: {instance_type: t3.medium}", "notebook.instance_type", "EB-140", "no notebook instance type"),
    ("notebook: {volume_gb: 1}", "notebook.volume_gb", "EB-136", "5 to 1024"),
    ("endpoint: {instance_type: ml.t2.medium}", "endpoint.instance_type", "EB-140", "cannot scale"),
    ("endpoint: {instance_type: ml.m6g.large}", "endpoint.instance_type", "EB-140", "arm64"),
    ("endpoint: {instance_type: ml.inf2.xlarge}", "endpoint.instance_type", "EB-140", "does not run on it"),
    ("endpoint: {instance_type: ml.m5.huge}", "endpoint.instance_type", "EB-140", "no endpoint instance type"),
    ("endpoint: {minimum: 3}", "endpoint.maximum", "EB-136", "less than minimum"),
    ("quotas: {training: {ml.g5.xlarge: 2}}", "quotas", "EB-147", "ml.g5.xlarge"),
    ("quotas: {training: {ml.g5.2xlarge: 0}}", "quotas.training[ml.g5.2xlarge]", "EB-136", "1 to 100"),
    ("quotas: {endpoint: 1}", "quotas", "EB-147", "fewer than endpoint.maximum"),
    ("dataset: {source: builtin:car}", "dataset.source", "EB-145", "Did you mean `builtin:cars`?"),
    ("dataset: {source: pictures}", "dataset.source", "EB-145", "no such file or folder"),
    ("dataset: {source: event.yaml}", "dataset.source", "EB-145", "not a .zip file"),
    ("dataset: {source: 'http://example.com/x.zip'}", "dataset.source", "EB-145", "begins with `http:`"),
    ("dataset: {source: 's3://b'}", "dataset.source", "EB-145", "not a whole address"),
    ("dataset: {hub_bucket: My_Bucket}", "dataset.hub_bucket", "EB-136", "S3 bucket"),
    ("notices: [nobody-at-home]", "notices[0]", "EB-144", "not shown"),
    ("notices: a@example.com", "notices", "EB-135", "list of up to 20"),
    ("tags: {cost: 1234}", "tags", "EB-146", "cost"),
    ("tags: {Team: red}", "tags", "EB-146", "`Team`"),
    ("tags: {'aws:x': red}", "tags", "EB-146", "`aws:x`"),
    ("tags: {owner: 'a;b'}", "tags", "EB-146", "AWS refuses"),
    ("keep_out: [111111111111]", "keep_out[0]", "EB-143", "in quotes"),
    ("keep_out: [012345670123]", "keep_out[0]", "EB-143", "lose their leading zeros"),
    ("keep_out: ['1234']", "keep_out[0]", "EB-143", "not 12 digits"),
    ("access: {session_minutes: 61}", "access.session_minutes", "EB-136", "15 to 60"),
    ("access: {role_name: 'a b'}", "access.role_name", "EB-136", "IAM role"),
    ("access: {principals: ['arn:aws:iam::1:user/x']}", "access.principals[0]", "EB-560", "not the ARN of an IAM user"),
    ("access: {principals: ['arn:aws:iam::111122223333:root']}", "access.principals[0]", "EB-560", "not the ARN"),
    (
        "access: {principals: ['arn:aws:sts::111122223333:assumed-role/ops/mei']}",
        "access.principals[0]",
        "EB-560",
        "the session of a role",
    ),
    ("access: {principals: ['arn:aws-cn:iam::111122223333:role/ops']}", "access", "EB-560", "of partition aws-cn"),
    ("patience: {quota_minutes: 0}", "patience.quota_minutes", "EB-136", "1 to 1000"),
    ("spend: {limit: 0.009}", "spend.limit", "EB-136", "0.01 to 100000"),
    ('venue: {ask: {en: "left\\u202Eof"}}', "venue.ask.en", "EB-136", "writing direction"),
    ('venue: {ask: {zh: "a\\nb"}}', "venue.ask.zh", "EB-136", "line breaks"),
    ("venue: {late_minutes: 0}", "venue.late_minutes", "EB-136", "1 to 120"),
]


@pytest.mark.parametrize(("section", "path", "code", "said"), SECTIONS)
def test_a_wrong_section_is_named_with_its_line_and_what_is_allowed(
    read: Read, section: str, path: str, code: str, said: str
) -> None:
    (problem,) = problems(read, LEAST + section + "\n")
    assert (problem.code, problem.where) == (code, f"event.yaml:9: {path}")
    assert said in f"{problem.what} | {problem.fix}"
    assert problem.fix


CHANGES = [
    # what is changed in the least file, into what, where, code, what it says
    ("name: day", "name: Day", "event.yaml:1: name", "EB-136", "2 to 20"),
    ("name: day", "name: awsday", "event.yaml:1: name", "EB-136", "Cognito"),
    ("name: day", "name: 2026", "event.yaml:1: name", "EB-135", "found `2026`"),
    ("name: day\n", "", "event.yaml: name", "EB-134", "is missing"),
    ("ap-northeast-1", "ap-northeast1", "event.yaml:2: region", "EB-136", "Did you mean `ap-northeast-1`?"),
    ("09:00+09:00", "09:00", "event.yaml:4: schedule.opens", "EB-137", "no offset from UTC"),
    ("2026-12-10T09:00+09:00", "soon", "event.yaml:4: schedule.opens", "EB-137", "not a time"),
    ("2026-12-10T18", "2026-12-10T08", "event.yaml:5: schedule.closes", "EB-137", "not after `opens`"),
    ("2026-12-11T18", "2026-12-10T18", "event.yaml:6: schedule.expires", "EB-137", "not after `closes`"),
    ("  expires: 2026-12-11T18:00+09:00\n", "", "event.yaml:3: schedule.expires", "EB-134", "is missing"),
    ("- name: tuning", "- name: tunin", "event.yaml:8: labs[0].name", "EB-142", "ground-truth, notebook, tuning"),
    ("- name: tuning", "- {name: tuning, required: 'no'}", "event.yaml:8: labs[0].required", "EB-135", "true or false"),
    ("- name: tuning", "- tuning", "event.yaml:8: labs[0]", "EB-135", "- name: notebook"),
    ("- name: tuning", "- name: tuning\n  - name: tuning", "event.yaml:7: labs", "EB-142", "twice"),
    ("labs:\n  - name: tuning\n", "labs: []\n", "event.yaml:7: labs", "EB-136", "a list of labs"),
    ("region:", "name: x\nregion:", "event.yaml:2: name", "EB-132", "first on line 1"),
    ("name: day", "name: [day", "event.yaml:2:7", "EB-131", "expected"),
    ("name: day", "name: day\n\tx: 1", "event.yaml:2:1", "EB-131", "cannot start any token"),
    ("name: day", "name: &a day", "event.yaml:1:7", "EB-131", "anchors"),
    ("name: day", "name: !!python/name:os.system day", "event.yaml:1:7", "EB-131", "constructor"),
    ("name: day", "? [a]\n: b", "event.yaml:1:3", "EB-131", "single word"),
]


@pytest.mark.parametrize(("old", "new", "where", "code", "said"), CHANGES)
def test_a_wrong_value_is_named_with_its_place(
    read: Read, old: str, new: str, where: str, code: str, said: str
) -> None:
    assert old in LEAST
    (problem,) = problems(read, LEAST.replace(old, new, 1))
    assert (problem.code, problem.where) == (code, where)
    assert said in f"{problem.what} | {problem.fix}"


def test_everything_is_found_at_once_in_the_order_of_the_file(read: Read) -> None:
    text = LEAST.replace("name: day", "name: D").replace("tuning", "tunin") + "endpont: {}\nkeep_out: [1]\n"
    found = problems(read, text)
    assert [each.where for each in found] == [
        "event.yaml:1: name",
        "event.yaml:8: labs[0].name",
        "event.yaml:9: endpont",
        "event.yaml:10: keep_out[0]",
    ]
    assert all(each.code in catalogue() for each in found)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"PK\x03\x04", "EB-130"),
        (b"\xff\xff\xff\xff", "EB-130"),
        (b"# x\n" * 100_000, "EB-130"),
        (b"[" * 5000, "EB-131"),
        (b"a: b\n---\nc: d\n", "EB-131"),
        (b"name: \x07\n", "EB-131"),
        (b"- a\n", "EB-135"),
        (b"", "EB-134"),
    ],
    ids=lambda value: repr(value[:12]),
)
def test_what_is_no_event_file_is_refused(read: Read, content: bytes, code: str) -> None:
    assert {each.code for each in problems(read, content)} == {code}


def test_a_file_that_is_not_there_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        event.read(tmp_path / "event.yaml")
    assert [each.code for each in caught.value.problems] == ["EB-130"]
    assert "init" in caught.value.problems[0].fix


def test_addresses_are_shown_neither_in_problems_nor_in_the_event(read: Read) -> None:
    found = problems(
        read, LEAST + "notices: [hidden@nowhere]\nname2: hidden@example.com\nnotebook: hidden@example.com\n"
    )
    assert "hidden" not in str(BadInput(found)) + repr(found)
    kept = read(LEAST + "notices: [hidden@example.com]\n")
    assert kept.notices == ("hidden@example.com",)
    assert "hidden" not in repr(kept) + str(kept)


@pytest.mark.parametrize("source", ["pictures", "pictures.ZIP", "https://example.com/cars.zip", "s3://bucket/cars/"])
def test_every_kind_of_source_is_taken(read: Read, tmp_path: Path, source: str) -> None:
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures.ZIP").write_bytes(b"")
    assert read(LEAST + f"dataset: {{source: '{source}'}}\n").dataset.source == source


def own_lab(folder: Path, text: str) -> None:
    lab = folder / "labs" / "own" / "lab.yaml"
    lab.parent.mkdir(parents=True)
    lab.write_text(text, encoding="utf-8")


def test_a_lab_in_the_events_own_folder_is_found_beside_the_shipped_ones(read: Read, tmp_path: Path) -> None:
    own_lab(tmp_path, "title: Mine\nstacks: [buckets]\n")
    labs = read(LEAST + "  - {name: own, required: false}\n").labs
    assert [(each.name, each.required, each.stacks) for each in labs][1] == ("own", False, ("buckets",))


def test_what_is_wrong_in_a_lab_is_found_together_with_the_event(read: Read, tmp_path: Path) -> None:
    own_lab(tmp_path, "title: Mine\nquotas: [trainig]\nstacks: [bucket]\ndata: []\nname: other\n")
    found = problems(read, LEAST.replace("name: day", "name: D") + "  - name: own\n")
    assert [(each.code, each.where) for each in found] == [
        ("EB-136", "event.yaml:1: name"),
        ("EB-136", "labs/own/lab.yaml:2: quotas[0]"),
        ("EB-138", "labs/own/lab.yaml:3: stacks[0]"),
        ("EB-133", "labs/own/lab.yaml:5: name"),
    ]
    assert "training, endpoint" in found[1].fix
    assert "`buckets`" in found[2].what


def test_the_training_types_are_those_that_sagemaker_and_the_algorithm_share() -> None:
    shapes = Loader().load_service_model("sagemaker", "service-2")["shapes"]
    families = {"p2", "p3", "p3dn", "g4dn", "g5"}
    offered = {each for each in shapes["TrainingInstanceType"]["enum"] if each.split(".")[1] in families}
    assert set(instance_types.TRAINING_STORAGE_GB) == offered


@pytest.mark.parametrize(
    "instance_type", ["ml.m5.large", "ml.c5.xlarge", "ml.m7i.large", "ml.g4dn.xlarge", "ml.g5.xlarge"]
)
def test_types_that_can_scale_are_taken_for_the_endpoint(instance_type: str) -> None:
    assert instance_types.why_no_endpoint(instance_type) == ""


def test_no_two_quotas_share_a_code() -> None:
    assert len(set(quota_table.CODES.values())) == len(quota_table.CODES)


def test_every_code_of_the_event_is_explained_and_used() -> None:
    sources = [each for each in (ROOT / "bootstrap").rglob("*.py") if "explanations" not in each.parts]
    used = set(re.findall(r"EB-1[345]\d", "".join(each.read_text(encoding="utf-8") for each in sources)))
    assert used == set(explanations.ENTRIES)
