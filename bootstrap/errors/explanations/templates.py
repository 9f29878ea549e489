"""EB-160 to EB-179: a CloudFormation template that cannot be rendered."""

from bootstrap.errors import Explanation

ENTRIES = {
    "EB-160": Explanation(
        "There is no such template",
        "A lab.yaml names a stack without a file templates/cloudformation/<name>.yaml.j2, or a template includes a "
        "file that is missing.",
        "Correct the name under `stacks:` in lab.yaml, or add the file; the message lists those that there are.",
        "Templates are looked for in the folder of event.yaml first, then among those that came with the tool.",
    ),
    "EB-161": Explanation(
        "A template uses something that is not defined",
        "The name after {{ is neither in the event nor among what templates are given, often a spelling mistake.",
        "Correct the line that the message names.",
        "Templates are given: event, team, names, tags, tag_list, settings, access_role, made_by, expiry_midnight, "
        "longest_training_minutes, digest.",
    ),
    "EB-162": Explanation(
        "A template is not valid Jinja2",
        "A block is not closed, or a tag is misspelt.",
        "Correct the line that the message names.",
    ),
    "EB-163": Explanation(
        "A template may hold ASCII only",
        "AWS gives other characters back as question marks, so that the stack could never be compared with the file.",
        "Write the line in ASCII, or leave the text out.",
    ),
    "EB-164": Explanation(
        "The rendered template is too large",
        "CloudFormation takes 51,200 bytes in a request.",
        "Split the template into two stacks: two files, two names under `stacks:` in lab.yaml.",
    ),
    "EB-165": Explanation(
        "AWS would refuse this tag",
        "Event, team and expiry become tags of everything that the tool makes, and so do the event's own tags. AWS "
        "takes few characters there, and a tag is readable for everyone in the account.",
        "Give the team or the tag a value of letters A to Z, digits, spaces and _.:/=+- without a mail address.",
        "Tags that begin with aws: belong to AWS. At most 50 tags fit, the tool's four included. A team's name may be "
        "in any script: its tag has the letters' code points instead.",
    ),
    "EB-166": Explanation(
        "A template does not say what the tool needs to know",
        "Each template sets after (steps that come before it), typical_seconds and capabilities, and has one output "
        "named Digest.",
        "Add the missing line; the shipped templates show it.",
        "The digest tells in one read whether a stack is what is wanted, so that a second run writes nothing.",
    ),
    "EB-167": Explanation(
        "A template may not hold a mail address",
        "CloudFormation keeps the templates of deleted stacks readable for 90 days.",
        "Take the address out. The tool subscribes addresses of event.yaml and accounts.csv by API.",
    ),
}
