"""EB-180 to EB-199: the pictures that event.yaml names, and the package that is made of them."""

from __future__ import annotations

from bootstrap.errors import Explanation

ENTRIES: dict[str, Explanation] = {
    "EB-180": Explanation(
        "There is no such dataset",
        "`dataset.source` in event.yaml is none of builtin:cars, a folder, a .zip file, https://... or "
        "s3://bucket/key; or the file or folder does not exist.",
        "Correct `dataset.source`. A relative path counts from the folder of event.yaml.",
    ),
    "EB-181": Explanation(
        "A picture cannot be read",
        "The file ends in .jpg, .jpeg or .png, but is damaged, empty or of another format.",
        "Open it in an image viewer. Save it again as JPEG, or remove it from the dataset.",
    ),
    "EB-182": Explanation(
        "The dataset has fewer than two classes",
        "Each folder is one class, with its pictures directly in it: sedan/1.jpg, suv/1.jpg.",
        "Sort the pictures into at least two folders named after the classes.",
    ),
    "EB-183": Explanation(
        "A class has too few pictures",
        "A class needs 10 pictures, otherwise validation gets none of them. Only .jpg, .jpeg and .png files count.",
        "Add pictures to the class, convert the others to JPEG, or remove its folder.",
    ),
    "EB-184": Explanation(
        "The archive contains a path outside of itself",
        "An entry has an absolute path or contains '..'. Ordinary tools do not create such archives.",
        "Do not trust this archive. Create it again from the folder of pictures.",
    ),
    "EB-185": Explanation(
        "A file is too large",
        "The limits are 40 MB and 50 million pixels for a picture (Ground Truth accepts no larger file), 2 GB for "
        "an archive, and 8 GB for all its pictures together.",
        "Make the picture smaller, or use fewer pictures. The tool reduces them to `dataset.size` pixels anyway.",
    ),
    "EB-186": Explanation(
        "A picture is in no class folder",
        "The layout is <class>/<picture>. One folder around all classes is accepted. Deeper folders are not.",
        "Move the picture into the folder of its class.",
    ),
    "EB-187": Explanation(
        "The archive cannot be opened",
        "The file is not a zip file, is damaged or incomplete, or is protected by a password.",
        "Download or create it again, as a zip file without a password.",
    ),
    "EB-188": Explanation(
        "The dataset cannot be downloaded",
        "The server gave no answer or an error, or redirected to an address without https.",
        "Open the address in a browser. Or download the file yourself and name it in `dataset.source`.",
    ),
    "EB-189": Explanation(
        "The dataset cannot be read from S3",
        "The bucket or key does not exist, or your own credentials may not read it.",
        "Try `aws s3 cp` with the same credentials. They need s3:GetObject on the key.",
    ),
    "EB-190": Explanation(
        "The dataset is too small for the labs",
        "Tuning trains with a mini batch of 30, which must not be larger than the number of training pictures; "
        "labelling needs 24 pictures.",
        "Add pictures, or lower `dataset.validation_share`.",
    ),
    "EB-191": Explanation(
        "The cache cannot be written",
        "The folder .event-bootstrap/cache is not writable, or the disk is full.",
        "Free disk space, or make the folder writable. You may delete the folder at any time; it is created again.",
    ),
    "EB-192": Explanation(
        "A file of a lab cannot be read",
        "The file in labs/ was deleted, or you may not read it.",
        "Make the file readable, or move it out of the lab's folder.",
    ),
}
