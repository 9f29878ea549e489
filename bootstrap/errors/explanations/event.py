"""EB-130 to EB-159: event.yaml, labs/, and the files to start from."""

from __future__ import annotations

from bootstrap.errors import Explanation

ENTRIES: dict[str, Explanation] = {
    "EB-130": Explanation(
        "The file cannot be read",
        "There is no file with this name, you may not read it, or it is not a text file.",
        "Name the file with --event, or run `event-bootstrap init` to write one to start from. Save it as UTF-8.",
    ),
    "EB-131": Explanation(
        "The file is not valid YAML",
        "YAML depends on indentation: a tab, one space too many, or a colon in text without quotes makes it "
        "invalid. Anchors and aliases are not allowed.",
        "Check the named line and the one before it. Indent with spaces, and put text that contains `: ` in quotes.",
    ),
    "EB-132": Explanation(
        "A key is written twice in the same place",
        "YAML would use the last one and ignore the other without a warning.",
        "Keep one of them.",
    ),
    "EB-133": Explanation(
        "Unknown key",
        "The file allows no such key here: it is misspelt, or indented to the wrong depth.",
        "Use one of the keys that the message lists.",
    ),
    "EB-134": Explanation(
        "A required key is missing",
        "Name, region, schedule and labs have no default.",
        "Add the key; the file that `event-bootstrap init` writes shows its form.",
    ),
    "EB-135": Explanation(
        "A value has the wrong type",
        "There is text where a number or a list is needed, or the other way round. In YAML, yes, no, on, off and "
        "digits without quotes are not text.",
        "Write what the message says. Put text that looks like a number or like yes or no in quotes.",
    ),
    "EB-136": Explanation(
        "A value is not allowed here",
        "The value is outside of what the tool or AWS accepts.",
        "Write one of the values that the message names.",
        "The event's name is part of every resource name, so it is short and must not contain aws, amazon or "
        "cognito, which Cognito refuses.",
    ),
    "EB-137": Explanation(
        "A time of the schedule is wrong",
        "Times need an offset from UTC, and opens, closes and expires must follow each other in this order.",
        "Write times such as 2026-12-10T09:00+09:00.",
    ),
    "EB-138": Explanation(
        "A lab names a stack that has no template",
        "Each name under `stacks` in a lab.yaml must be a template in templates/cloudformation.",
        "Correct the name, or add the template.",
    ),
    "EB-139": Explanation(
        "The training instance type cannot be used",
        "The built-in image-classification algorithm trains only on instances of the families p2, p3, g4dn and g5. "
        "Each type may be named once.",
        "Choose types of these families, the best first.",
    ),
    "EB-140": Explanation(
        "The endpoint or notebook instance type cannot be used",
        "Endpoints on burstable types (t2, t3) cannot scale, the algorithm's image does not run on arm64 types, and "
        "new notebook instances do not run on p families older than p4.",
        "Choose ml.m5.large for the endpoint and ml.t3.medium for the notebook instance, or similar types.",
    ),
    "EB-141": Explanation(
        "The volume does not fit a training instance type",
        "Instances with NVMe disks have only these: ml.g4dn.xlarge 125 GB, ml.g5.xlarge 250 GB, ml.g5.2xlarge 450 "
        "GB. All types in the list get the same volume.",
        "Make the volume smaller, or remove the types that are too small from the list.",
    ),
    "EB-142": Explanation(
        "There is no such lab",
        "A lab is a folder in labs/ with a lab.yaml in it, next to event.yaml or shipped with the tool.",
        "Use the names that the message lists, each only once.",
    ),
    "EB-143": Explanation(
        "An account id in event.yaml is damaged or not in quotes",
        "Without quotes YAML reads the id as a number: it loses leading zeros, or becomes an octal number.",
        'Write the 12 digits in quotes: "012345678901".',
    ),
    "EB-144": Explanation(
        "Not a mail address",
        "One of the addresses under `notices` does not have the form name@example.com. The tool never shows addresses.",
        "Correct the address.",
    ),
    "EB-145": Explanation(
        "The source of the dataset cannot be used",
        "Pictures come from builtin:cars, from a folder or .zip file with <class>/*.jpg, or from an https:// or "
        "s3:// address. A relative path counts from the folder of event.yaml.",
        "Correct `dataset.source`.",
    ),
    "EB-146": Explanation(
        "A tag cannot be used",
        "AWS accepts letters, digits, spaces and _ . : / = + - @ in tags, at most 128 characters in a key and 256 "
        "in a value. Keys that begin with aws: are reserved for AWS; event, team, made-by, expiry and expires are "
        "reserved for this tool.",
        "Correct the tag. Put values that look like numbers or like yes or no in quotes.",
    ),
    "EB-147": Explanation(
        "The quotas do not fit the rest of the file",
        "quotas.training may name only types of training.instance_types, and quotas.endpoint must not be less than "
        "endpoint.maximum.",
        "Change one of the two so that they fit.",
    ),
    "EB-148": Explanation(
        "A file that `init` would write exists already",
        "`event-bootstrap init` does not overwrite files.",
        "Name another folder, or move the file away.",
    ),
    "EB-149": Explanation(
        "`init` cannot write its files",
        "The folder cannot be created or written to.",
        "Name another folder.",
    ),
    "EB-150": Explanation(
        "The installation is incomplete",
        "accounts.csv and event.yaml should be installed with the tool under share/event-bootstrap, but are missing.",
        "Install event-bootstrap again.",
    ),
    "EB-151": Explanation(
        "A file follows a schema that this version does not read",
        "The number after `schema:` says which version of the format a file follows. Another version of event-bootstrap"
        " wrote this one, or the number was edited. The file was not read, because a key may mean something else.",
        "Install the version of event-bootstrap that wrote the file, or run event-bootstrap init in an empty folder and"
        " copy your settings into the new file. A file without `schema:` is of version 0.1.0 and is read as schema 1.",
    ),
    "EB-152": Explanation(
        "lab.yaml has a word in braces that stands for nothing",
        "In `end_states` a word in braces, such as {bucket}, stands for a value of each team. This word is none of "
        "those that event-bootstrap knows. It may be misspelt.",
        "Write one of the words that the message lists. What is meant as it stands must not be in braces; JMESPath's "
        "own braces have a colon inside: {name: path}.",
    ),
    "EB-153": Explanation(
        "An end state of lab.yaml names a read that the tool may not make",
        "`read` names a service and an operation as AWS's API reference does. Only operations that event-bootstrap "
        "itself may call, and that change nothing, are allowed: this one is misspelt, changes something, or is not "
        "among them.",
        "Write one of the services or operations that the message lists. A new one needs a row in "
        "bootstrap/aws/operations/ and a right in access.yaml.",
    ),
    "EB-154": Explanation(
        "The parameters of a read in lab.yaml do not fit its operation",
        "AWS would refuse the call: a parameter has another name, or a value of another kind, or one is missing. Words "
        "in braces were tried with the values of one team.",
        "Correct the parameters. AWS's API reference of the operation lists them.",
    ),
    "EB-155": Explanation(
        "An expression in lab.yaml is wrong",
        "`expression` takes a value out of AWS's answer, in the language JMESPath, which the AWS CLI uses for its "
        "queries. This text is none of its expressions, calls a function that it does not have, or looks for a key "
        "that AWS's answer does not have.",
        "Correct the expression. jmespath.org has a tutorial, and its page tries an expression on a text.",
    ),
    "EB-156": Explanation(
        "An end state of lab.yaml expects something that cannot be",
        "`expect` says what the result of the expression must be. It names none or several expectations, or one that "
        "does not fit: at_least, at_most and between compare numbers, and between wants the smaller one first. Or it "
        "compares with something that no answer ever is, such as a mail address: these are not kept.",
        "Write exactly one line under `expect`: equals, at_least, at_most, between, one_of, contains or present.",
    ),
    "EB-157": Explanation(
        "A step of a lab's solution cannot be played",
        "Each step of `solution` says one thing to do: guide, run, notebook, label, page, fetch or wait. `to` and "
        "`values` belong to guide; `closed` to guide and run. A line to run is run on this machine, so only lines of "
        "the form that EB-614 explains are allowed.",
        "Write one of these keys for each step. Put what needs more than plain words into a script in the lab's folder "
        "solution/, and run that. A script or notebook that a step names must be in the lab's folder.",
    ),
    "EB-158": Explanation(
        "The end states of a lab do not fit together",
        "Each end state has an id of its own. `after` names end states that stand above it: until these are reached, "
        "it does not count.",
        "Give each end state its own id, and correct the ids after `after`.",
    ),
}
