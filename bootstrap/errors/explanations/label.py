"""EB-600 to EB-609: the labelling page."""

from bootstrap.errors import Explanation

ENTRIES = {
    "EB-600": Explanation(
        "There is nothing to label",
        "The manifest that was named is not in the team's bucket, is empty, or there is no manifest and no picture "
        "under labelling/ either.",
        "event-bootstrap provision TEAM --step materials puts the prepared pictures there. A manifest of the team's "
        "own is named with --manifest; labelling/input.manifest is the prepared one.",
    ),
    "EB-601": Explanation(
        "A line of the manifest is wrong",
        'Each line is a piece of JSON with "source-ref", the s3:// address of a .jpg, .jpeg or .png in the team\'s own '
        "bucket that is there, and no picture stands there twice. Word processors write curly quotes, which are "
        "no JSON.",
        "Correct the line with the team and upload the file again, or label by the prepared manifest: --manifest "
        "labelling/input.manifest.",
    ),
    "EB-602": Explanation(
        "The list of classes cannot be used",
        "labels.json in the team's bucket is missing or damaged, or holds fewer than two classes, or one twice.",
        "event-bootstrap provision TEAM --step materials --during-event puts the prepared file back.",
    ),
    "EB-603": Explanation(
        "Another has written the output manifest",
        "There is an output manifest of this name, and no votes of ours beside it: a labelling job of Ground Truth "
        "made it. It is left alone.",
        "If that job is complete, the lab is done. Otherwise label under another name: --job cars-2.",
    ),
    "EB-604": Explanation(
        "The labels so far do not fit",
        "labelled/JOB/votes.json in the team's bucket, where the page keeps who labelled what, cannot be read, or is "
        "of pictures or classes that the manifest and labels.json do not hold now.",
        "Put manifest and labels.json back as they were, or begin anew under another name: --job cars-2.",
    ),
    "EB-605": Explanation(
        "The account was not prepared for this event",
        "The account's marker is missing or names an event that has expired, so that nothing is written there.",
        "event-bootstrap provision TEAM; then the same command.",
    ),
    "EB-606": Explanation(
        "This can be no labelling job's name",
        "The output lies where a labelling job of that name would put it, so the name follows Ground Truth's rule.",
        "Give --job 1 to 63 letters, digits and hyphens, with no hyphen at either end.",
    ),
}
