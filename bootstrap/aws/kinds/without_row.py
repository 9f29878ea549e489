"""The Create operations of SageMaker that make nothing a sweep must remove, each with its reason.

What they make costs nothing by itself and keeps nothing else from being deleted (read in the operations' own texts in
botocore 1.44.5, and in docs.aws.amazon.com/sagemaker).
"""

from __future__ import annotations

from collections.abc import Mapping

_LINEAGE = "lineage: entries without data"
_DEFINITION = "a definition; the jobs that a schedule starts by it have rows"
_EDGE = "a registration; the packages are in a bucket"

WITHOUT_ROW: Mapping[str, str] = {
    "CreateAIWorkloadConfig": "a configuration",
    "CreateAction": _LINEAGE,
    "CreateAlgorithm": "a description of an image that is in ECR",
    "CreateArtifact": _LINEAGE,
    "CreateContext": _LINEAGE,
    "CreateDataQualityJobDefinition": _DEFINITION,
    "CreateDeviceFleet": _EDGE,
    "CreateEdgeDeploymentPlan": _EDGE,
    "CreateEdgeDeploymentStage": _EDGE,
    "CreateExperiment": _LINEAGE,
    "CreateHub": "a catalogue; its contents are in a bucket",
    "CreateHubContentReference": "a reference to public content",
    "CreateHubContentPresignedUrls": "links that expire",
    "CreateModelBiasJobDefinition": _DEFINITION,
    "CreateModelCard": "a document",
    "CreateModelCardExportJob": "writes one file to a bucket",
    "CreateModelExplainabilityJobDefinition": _DEFINITION,
    "CreateModelQualityJobDefinition": _DEFINITION,
    "CreatePartnerAppPresignedUrl": "a link that expires",
    "CreatePresignedDomainUrl": "a link that expires",
    "CreatePresignedMlflowAppUrl": "a link that expires",
    "CreatePresignedMlflowTrackingServerUrl": "a link that expires",
    "CreatePresignedNotebookInstanceUrl": "a link that expires",
    "CreateStudioLifecycleConfig": "a script; a domain goes without it",
    "CreateTrial": _LINEAGE,
    "CreateTrialComponent": _LINEAGE,
}
