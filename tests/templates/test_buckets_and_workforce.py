"""The bucket's locks, and a sign-in that SageMaker can complete."""

from __future__ import annotations

from tests.templates import given

NAMES = given.names()
BUCKETS = given.read(given.rendered("buckets").body)["Resources"]
BUCKET = BUCKETS["Bucket"]["Properties"]
WORKFORCE = given.read(given.rendered("workforce").body)


def test_the_bucket_is_private_encrypted_and_owned_by_the_account() -> None:
    assert BUCKET["BucketName"] == NAMES.bucket
    assert set(BUCKET["PublicAccessBlockConfiguration"].values()) == {True}
    assert len(BUCKET["PublicAccessBlockConfiguration"]) == 4
    assert BUCKET["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    [encryption] = BUCKET["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert encryption["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}


def test_the_bucket_refuses_everybody_who_comes_without_tls() -> None:
    [statement] = BUCKETS["BucketPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert (statement["Effect"], statement["Principal"], statement["Action"]) == ("Deny", "*", "s3:*")
    assert statement["Resource"] == [f"arn:aws:s3:::{NAMES.bucket}", f"arn:aws:s3:::{NAMES.bucket}/*"]
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_unfinished_uploads_do_not_stay_and_browsers_may_show_pictures() -> None:
    rules = {each["Id"]: each for each in BUCKET["LifecycleConfiguration"]["Rules"]}
    assert rules["unfinished-uploads"]["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 2}
    assert {each["Status"] for each in rules.values()} == {"Enabled"}
    [cors] = BUCKET["CorsConfiguration"]["CorsRules"]
    assert (cors["AllowedMethods"], cors["AllowedOrigins"]) == (["GET"], ["*"])


def test_nobody_signs_up_by_themselves_and_a_mail_address_is_the_user_name() -> None:
    pool = WORKFORCE["Resources"]["UserPool"]["Properties"]
    assert pool["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": True}
    assert pool["UsernameAttributes"] == ["email"]
    assert pool["DeletionProtection"] == "INACTIVE"


def test_an_update_of_the_stack_never_takes_sagemakers_sign_in_settings_from_the_client() -> None:
    """UpdateUserPoolClient sets what it is not given to nothing, so that the client may never have to change."""
    other = given.event(schedule=given.schedule("2027-01-01T00:00+00:00"), tags={"cost-center": "42"})
    changed = given.read(given.rendered("workforce", other, given.account(team="renamed")).body)
    assert changed["Resources"]["Client"] == WORKFORCE["Resources"]["Client"]
    assert changed["Resources"]["UserPool"] != WORKFORCE["Resources"]["UserPool"]
    assert set(WORKFORCE["Resources"]["Client"]["Properties"]) == {"UserPoolId", "ClientName", "GenerateSecret"}


def test_sagemaker_may_tell_the_workers_about_work_and_only_for_this_account() -> None:
    policy = WORKFORCE["Resources"]["WorkTopicPolicy"]["Properties"]["PolicyDocument"]
    [statement] = [each for each in policy["Statement"] if each["Sid"] == "WorkToDo"]
    assert statement["Principal"] == {"Service": "sagemaker.amazonaws.com"}
    assert statement["Condition"]["StringEquals"] == {"aws:SourceAccount": given.ACCOUNT}
    source = f"arn:aws:sagemaker:{given.REGION}:{given.ACCOUNT}:workteam/*"
    assert statement["Condition"]["ArnLike"] == {"aws:SourceArn": source}


def test_the_workforce_step_finds_what_it_needs_among_the_outputs() -> None:
    assert set(WORKFORCE["Outputs"]) == {"UserPoolId", "ClientId", "Group", "Domain", "WorkTopicArn", "Digest"}
