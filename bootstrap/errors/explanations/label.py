"""EB-600 to EB-609: the labelling page."""

from __future__ import annotations

from bootstrap.errors import Explanation

ENTRIES: dict[str, Explanation] = {
    "EB-600": Explanation(
        "There is nothing to label",
        "The manifest that was named is not in the team's bucket or is empty; or there is neither a manifest nor a "
        "picture under labelling/.",
        "Run `event-bootstrap provision TEAM --step materials` to upload the prepared pictures. Name the team's own "
        "manifest with --manifest; the prepared one is labelling/input.manifest.",
    ),
    "EB-601": Explanation(
        "A line of the manifest is wrong",
        'Each line is a JSON object with "source-ref": the s3:// address of an existing .jpg, .jpeg or .png in the '
        "team's own bucket. No picture may be named twice. Word processors write curly quotes, which are not valid "
        "JSON.",
        "Correct the line with the team and upload the file again. Or label with the prepared manifest: --manifest "
        "labelling/input.manifest",
    ),
    "EB-602": Explanation(
        "The list of classes cannot be used",
        "labels.json in the team's bucket is missing or damaged, has fewer than two classes, or names a class twice.",
        "Run `event-bootstrap provision TEAM --step materials --during-event` to restore the prepared file.",
    ),
    "EB-603": Explanation(
        "Ground Truth wrote the output manifest",
        "An output manifest with this name exists, but there is no votes.json of this tool next to it: a Ground "
        "Truth labelling job wrote the manifest. The tool does not change it.",
        "If that job is complete, the lab is done. Otherwise label under another name: --job cars-2",
    ),
    "EB-604": Explanation(
        "The existing labels do not fit",
        "labelled/JOB/votes.json in the team's bucket, which records who labelled what, cannot be read, or is about "
        "pictures or classes that are no longer in the manifest and labels.json.",
        "Restore the manifest and labels.json, or begin again under another name: --job cars-2",
    ),
    "EB-605": Explanation(
        "The account was not prepared for this event",
        "The marker of the account is missing, or names an event that has expired. Nothing is written there.",
        "Run `event-bootstrap provision TEAM`, then the same command again.",
    ),
    "EB-606": Explanation(
        "The name is not valid for a labelling job",
        "The output is stored where a labelling job with this name would store it, so the name must follow the rule "
        "of Ground Truth.",
        "Give --job 1 to 63 letters, digits and hyphens, with no hyphen at either end.",
    ),
    "EB-607": Explanation(
        "A file of the labelling job is no text that can be read",
        "The manifest, labels.json or votes.json in the team's bucket is in UTF-16 (which Notepad calls Unicode) or in "
        "another encoding than UTF-8, or is larger than 32 MB.",
        "Have the team save the file in UTF-8 and upload it again.",
    ),
}
