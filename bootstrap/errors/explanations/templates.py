"""EB-160 to EB-179: a CloudFormation template that cannot be rendered."""

from __future__ import annotations

from bootstrap.errors import Explanation

ENTRIES: dict[str, Explanation] = {
    "EB-160": Explanation(
        "There is no such template",
        "A lab.yaml names a stack without a file templates/cloudformation/<name>.yaml.j2, or a template includes a "
        "file that does not exist.",
        "Correct the name under `stacks:` in lab.yaml, or add the file; the message lists the existing ones.",
        "The tool looks for templates in the folder of event.yaml first, then in its own installation.",
    ),
    "EB-161": Explanation(
        "A template uses an undefined name",
        "The name after {{ is not one of the names that templates get, or not a setting of the event. Often it is "
        "misspelt.",
        "Correct the line that the message names.",
        "Templates get these names: event, team, names, tags, tag_list, settings, access_role, made_by, "
        "expiry_midnight, longest_training_minutes, digest.",
    ),
    "EB-162": Explanation(
        "A template is not valid Jinja2",
        "A block is not closed, or a tag is misspelt.",
        "Correct the line that the message names.",
    ),
    "EB-163": Explanation(
        "A template may contain only ASCII",
        "AWS returns other characters as question marks, so the stack could never be compared with the file.",
        "Write the line in ASCII, or remove the text.",
    ),
    "EB-164": Explanation(
        "The rendered template is too large",
        "CloudFormation accepts at most 51,200 bytes in a request.",
        "Split the template into two stacks: two files, and two names under `stacks:` in lab.yaml.",
    ),
    "EB-165": Explanation(
        "AWS would refuse this tag",
        "Event, team and expiry become tags of every resource that the tool creates, and so do the event's own "
        "tags. AWS accepts few characters in tags, and everybody in the account can read them.",
        "Give the team or the tag a value of letters A to Z, digits, spaces and _.:/=+- without a mail address.",
        "Tags that begin with aws: are reserved for AWS. A resource can have at most 50 tags, four of them the "
        "tool's. The name of a team may be in any script: in its tag, other letters are written as code points.",
    ),
    "EB-166": Explanation(
        "A template lacks a required line",
        "Each template must set after (the steps before it), typical_seconds and capabilities, and must have an "
        "output named Digest.",
        "Add the missing line; the shipped templates show it.",
        "With the digest, one call shows whether a stack is up to date, so that a second run writes nothing.",
    ),
    "EB-167": Explanation(
        "A template must not contain a mail address",
        "CloudFormation keeps the templates of deleted stacks readable for 90 days.",
        "Remove the address. The tool subscribes the addresses of event.yaml and accounts.csv by API.",
    ),
}
