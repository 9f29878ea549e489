"""EB-340 to EB-369: the smoke training job."""

from __future__ import annotations

from bootstrap.errors import Explanation

_AGAIN = "Run the same command again; a failed job of an earlier run does not block a new one."

ENTRIES: dict[str, Explanation] = {
    "EB-340": Explanation(
        "No capacity for any instance type of the list",
        "The account has the quota, but AWS has no free instances of these types in the region now. For each type a "
        "job waited as long as patience.capacity_minutes says, and was then stopped.",
        "Run again later, name other types in training.instance_types, or hold the event in another region. On the "
        "morning of the event, `--step smoke --again` tries again: a job proves that it ran then, no more.",
        "Capacity is not quota: requesting a higher quota does not help.",
    ),
    "EB-341": Explanation(
        "No quota for a training job",
        "No type in the list has an applied quota, other jobs use it up, or AWS does not offer the type in the "
        "region. AWS's own message names the quota.",
        "Look at the step quotas:training. Wait for its requests, or name a type that the account may use.",
    ),
    "EB-342": Explanation(
        "Training role error",
        "SageMaker could not assume the role, or the role may not read the data, write the model or write its logs. "
        "The tool waited for a new role to become effective, and retried a job that had started once.",
        "Run the step stack:roles again. An organization policy that denies SageMaker or S3 in the region gives the "
        "same error.",
    ),
    "EB-343": Explanation(
        "Algorithm image error",
        "SageMaker could not find or pull the image of the built-in algorithm: the role lacks the four ECR actions, "
        "or the region does not have the image.",
        "Run the step stack:roles again, or choose a region that offers the built-in image-classification algorithm.",
    ),
    "EB-344": Explanation(
        "Training data error",
        "The algorithm did not find the expected data in the team's bucket: a channel is missing, the number of "
        "pictures or classes is different, or a file is damaged.",
        "Run the step materials again, then the step smoke.",
    ),
    "EB-345": Explanation(
        "Hyperparameter error",
        "The algorithm refused its settings, or the instance type has no GPU that it can use.",
        "Name only types of the families p2, p3, g4dn and g5. If that does not help, this is an error in "
        "event-bootstrap: report it.",
    ),
    "EB-346": Explanation(
        "The smoke training job took too long",
        "It reached training.smoke_minutes, and AWS stopped it.",
        f"Raise training.smoke_minutes in event.yaml, or use fewer pictures in the dataset. {_AGAIN}",
    ),
    "EB-347": Explanation(
        "The smoke training job reported no validation:accuracy",
        "It completed, but without the metric that tuning needs. The validation channel may be empty.",
        "Run the step materials again, then run with `--step smoke --again`.",
    ),
    "EB-348": Explanation(
        "The smoke training job wrote no model",
        "It completed, but model.tar.gz is not in the team's bucket: the role may not write there, or somebody "
        "deleted the file.",
        "Run the step stack:roles again, then run with `--step smoke --again`.",
    ),
    "EB-349": Explanation(
        "The smoke training job failed inside AWS",
        "SageMaker reported an internal error twice.",
        f"Check the AWS health page. {_AGAIN}",
    ),
    "EB-350": Explanation(
        "Somebody stopped the smoke training job",
        "A person or a script stopped it twice while it was training.",
        f"Find out who stops training jobs in the account, for example a cleanup script of a sandbox. {_AGAIN}",
    ),
    "EB-351": Explanation(
        "The smoke training job failed for an unknown reason",
        "event-bootstrap does not know the reason that SageMaker gives; it is in the detail.",
        f"Read the reason and the log group /aws/sagemaker/TrainingJobs. {_AGAIN}",
    ),
    "EB-352": Explanation(
        "AWS refuses the smoke training job",
        "CreateTrainingJob failed for a reason that event-bootstrap does not know; AWS's own message is in the detail.",
        f"Fix what the message names. {_AGAIN}",
    ),
}
