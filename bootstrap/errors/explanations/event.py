"""EB-130 to EB-159: event.yaml, labs/, and the files to start from."""

from __future__ import annotations

from bootstrap.errors import Explanation

ENTRIES: dict[str, Explanation] = {
    "EB-130": Explanation(
        "The file cannot be read",
        "There is no file of this name, it may not be read, or it is not text.",
        "Name the file with --event, or let `event-bootstrap init` write one to start from. Save it as UTF-8.",
    ),
    "EB-131": Explanation(
        "The file is not YAML",
        "YAML is written by indentation: a tab, a blank too many, or a colon in text without quotes breaks it. "
        "Anchors and aliases are refused.",
        "Look at the named line and the one before it. Indent with blanks, put text that holds `: ` in quotes.",
    ),
    "EB-132": Explanation(
        "A key stands twice in the same place",
        "YAML would take the last one without a word, and the other would have no effect.",
        "Keep one of them.",
    ),
    "EB-133": Explanation(
        "Unknown key",
        "The file has no such key here: it is misspelt, or indented to the wrong depth.",
        "Use one of the keys that the message lists.",
    ),
    "EB-134": Explanation(
        "A required key is missing",
        "Name, region, schedule and labs have no default.",
        "Write it; the file that `event-bootstrap init` writes shows its form.",
    ),
    "EB-135": Explanation(
        "A value is of the wrong kind",
        "Text stands where a number or a list is wanted, or the other way round. In YAML, yes, no, on, off and all "
        "digits without quotes are not text.",
        "Write what the message says. Put text that looks like something else in quotes.",
    ),
    "EB-136": Explanation(
        "A value is not allowed here",
        "It is outside of what the tool or AWS takes.",
        "Write one of the values that the message names.",
        "The event's name becomes part of every resource's name, so it is short and plain, and may hold none of aws, "
        "amazon and cognito, which Cognito refuses.",
    ),
    "EB-137": Explanation(
        "A time of the schedule is wrong",
        "Times need an offset from UTC, and come in the order opens, closes, expires.",
        "Write them as in 2026-12-10T09:00+09:00.",
    ),
    "EB-138": Explanation(
        "A lab asks for a stack that has no template",
        "Each name under stacks in a lab.yaml is a template in templates/cloudformation.",
        "Correct the name, or add the template.",
    ),
    "EB-139": Explanation(
        "The training instance type cannot be used",
        "The built-in image-classification algorithm trains on instances of the families p2, p3, g4dn and g5, and "
        "on no others. Each ranked type is named once.",
        "Choose types of those families, the best first.",
    ),
    "EB-140": Explanation(
        "The endpoint or notebook instance type cannot be used",
        "Endpoints on burstable types (t2, t3) cannot scale, the algorithm's image does not run on arm64 types, and "
        "new notebook instances do not run on the p families before p4.",
        "Choose ml.m5.large for the endpoint and ml.t3.medium for the notebook, or types like them.",
    ),
    "EB-141": Explanation(
        "The volume does not fit a training instance type",
        "Instances with NVMe disks have those and nothing else: ml.g4dn.xlarge 125 GB, ml.g5.xlarge 250, "
        "ml.g5.2xlarge 450. One volume is wanted of all ranked types.",
        "Make the volume smaller, or take the small types out of the list.",
    ),
    "EB-142": Explanation(
        "There is no such lab",
        "A lab is a folder under labs/ with a lab.yaml in it, beside event.yaml or shipped with the tool.",
        "Use one of the names that the message lists, each once.",
    ),
    "EB-143": Explanation(
        "An account id in event.yaml is damaged or not in quotes",
        "Without quotes YAML takes the id for a number, which loses the zeros at its beginning, or is even read "
        "as an octal one.",
        'Write the 12 digits in quotes: "012345678901".',
    ),
    "EB-144": Explanation(
        "Not a mail address",
        "One of the addresses under notices has not the form name@example.com. Addresses are never shown.",
        "Correct it.",
    ),
    "EB-145": Explanation(
        "The source of the dataset cannot be used",
        "Pictures come from builtin:cars, from a folder or .zip file of <class>/*.jpg, or from an https:// or s3:// "
        "address. A path counts from the folder of event.yaml.",
        "Correct dataset.source.",
    ),
    "EB-146": Explanation(
        "A tag cannot be used",
        "AWS takes letters, digits, blanks and _ . : / = + - @ in tags, 128 characters in a key and 256 in a value. "
        "Keys that begin with aws: are AWS's; event, team, made-by and expiry are the tool's own.",
        "Correct the tag. Put values that look like numbers, or like yes and no, in quotes.",
    ),
    "EB-147": Explanation(
        "The quotas do not agree with the rest of the file",
        "quotas.training may name only types of training.instance_types, and quotas.endpoint must cover "
        "endpoint.maximum.",
        "Make them agree.",
    ),
    "EB-148": Explanation(
        "A file to start from is there already",
        "`event-bootstrap init` overwrites nothing.",
        "Name another folder, or move the file away.",
    ),
    "EB-149": Explanation(
        "The files to start from cannot be written",
        "The folder cannot be made or written to.",
        "Name another folder.",
    ),
    "EB-150": Explanation(
        "The installation is incomplete",
        "accounts.csv and event.yaml are installed with the tool, under share/event-bootstrap, and are not there.",
        "Install event-bootstrap again.",
    ),
    "EB-151": Explanation(
        "A file follows a schema that this version does not read",
        "The number after `schema:` says which version of the format a file follows. Another version of event-bootstrap"
        " wrote this one, or the number was edited. The file was not read, because a key may mean something else.",
        "Install the version of event-bootstrap that wrote the file, or run event-bootstrap init in an empty folder and"
        " copy your settings into the new file. A file without `schema:` is of version 0.1.0 and is read as schema 1.",
    ),
}
