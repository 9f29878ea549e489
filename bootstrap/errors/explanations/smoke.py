"""EB-340 to EB-369: the smoke training job."""

from bootstrap.errors import Explanation

_AGAIN = "Run the same command again; an earlier run's failed job never stands in the way of a new one."

ENTRIES = {
    "EB-340": Explanation(
        "No capacity for any ranked type",
        "The account has the quota, but AWS has no free machines of these types in the region now. Each was waited "
        "for as long as patience.capacity_minutes says, then stopped.",
        "Run again later, rank other types in training.instance_types, or keep the event in another region. On the "
        "morning of the event, --step smoke --again proves capacity anew.",
        "Capacity is not quota: asking for a higher quota does not help.",
    ),
    "EB-341": Explanation(
        "No quota for a training job",
        "No ranked type has an applied quota, or AWS counts other jobs against it, or does not offer the type there. "
        "The raw answer names the quota.",
        "Look at the step quotas:training; wait for its requests, or rank a type that the account may use.",
    ),
    "EB-342": Explanation(
        "The training role is at fault",
        "SageMaker could not assume the role, or the role may not read the data, write the model or write its logs. "
        "A new role was waited for, and a job that had started was tried once more.",
        "Run the step stack:roles again. An organization policy that denies SageMaker or S3 in the region has the "
        "same look.",
    ),
    "EB-343": Explanation(
        "The algorithm's image is at fault",
        "The image of the built-in algorithm could not be found or pulled: the role lacks the four ECR actions, or "
        "the region has no such image.",
        "Run the step stack:roles again, or choose a region where the built-in image-classification is offered.",
    ),
    "EB-344": Explanation(
        "The data is at fault",
        "The algorithm read the team's bucket and did not find what it was told: a missing channel, another number "
        "of pictures or classes, or a damaged file.",
        "Run the step materials again, then the step smoke.",
    ),
    "EB-345": Explanation(
        "The hyper-parameters are at fault",
        "The algorithm refused its settings, or the instance type has no GPU that it can use.",
        "Rank only types of families p2, p3, g4dn and g5; otherwise this is an error in event-bootstrap: report it.",
    ),
    "EB-346": Explanation(
        "The smoke job was too slow",
        "It reached training.smoke_minutes and was stopped by AWS.",
        "Raise training.smoke_minutes in event.yaml, or use fewer pictures in the data set. " + _AGAIN,
    ),
    "EB-347": Explanation(
        "The smoke job reported no validation:accuracy",
        "It completed, but without the metric that tuning needs: the validation channel may be empty.",
        "Run the step materials again, then --step smoke --again.",
    ),
    "EB-348": Explanation(
        "The smoke job wrote no model",
        "It completed, but model.tar.gz is not in the team's bucket: the role may not write there, or somebody "
        "deleted it.",
        "Run the step stack:roles again, then --step smoke --again.",
    ),
    "EB-349": Explanation(
        "The smoke job failed inside AWS",
        "SageMaker reported an error of its own, twice.",
        "Look at the AWS health page. " + _AGAIN,
    ),
    "EB-350": Explanation(
        "The smoke job was stopped by somebody",
        "A person or a script stopped it while it trained, twice.",
        "Find out who stops training jobs in the account (a sandbox's cleaner, perhaps). " + _AGAIN,
    ),
    "EB-351": Explanation(
        "The smoke job failed for a reason that event-bootstrap does not know",
        "SageMaker's own reason stands in the detail.",
        "Read the reason and the job's log group /aws/sagemaker/TrainingJobs. " + _AGAIN,
    ),
    "EB-352": Explanation(
        "AWS refuses the smoke job",
        "CreateTrainingJob was refused for a reason that event-bootstrap does not know; the raw answer is shown.",
        "Fix what the answer names. " + _AGAIN,
    ),
}
