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
        "The file has a picture's ending, but it is damaged, cut off, empty, of a kind that cannot be used, such as "
        "HEIC or AVIF, or no file at all: a pipe, a link that leads nowhere, a folder that may not be read.",
        "Open it in an image viewer. Save it again as JPEG, copy it again, or remove it from the dataset.",
    ),
    "EB-182": Explanation(
        "The dataset has fewer than two classes",
        "Each folder is one class, with its pictures directly in it: sedan/1.jpg, suv/1.jpg.",
        "Sort the pictures into at least two folders named after the classes.",
    ),
    "EB-183": Explanation(
        "A class has too few pictures",
        "A class needs 10 different pictures, otherwise validation gets none of them. JPEG, PNG, WebP, BMP, TIFF and "
        "GIF files count; HEIC, AVIF and raw files do not.",
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
        "The layout is <class>/<picture>. One folder around all classes is accepted. Deeper folders, such as "
        "train/<class>/<picture> beside validation/<class>/<picture>, are not: the tool splits the pictures itself.",
        "Move the picture into the folder of its class. If all are a folder too deep, name that folder in "
        "`dataset.source`.",
    ),
    "EB-187": Explanation(
        "The archive cannot be opened",
        "The file is not a zip file, is damaged or incomplete, is protected by a password, or is compressed in a way "
        "that cannot be read. An address that gives a sign-in page in place of the file ends here too.",
        "Download or create it again, as a plain zip file without a password.",
    ),
    "EB-188": Explanation(
        "The dataset cannot be downloaded",
        "The server gave no answer or an error, or redirected to an address without https, or from the internet to a "
        "private address. Nothing was sent to such an address.",
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
        "labelling needs 24 pictures. Copies of one picture stay on one side of the split, so a class of copies alone "
        "leaves nothing for validation.",
        "Add different pictures, or lower `dataset.validation_share`.",
    ),
    "EB-191": Explanation(
        "The cache cannot be written",
        "The folder for packed data is not writable, or the disk is full.",
        "Free disk space, or make the folder writable. You may delete the folder at any time; it is created again.",
    ),
    "EB-192": Explanation(
        "A file of a lab cannot be read",
        "The file in labs/ was deleted, or you may not read it; or it is a link to a file outside of the event's "
        "folder, which teams would get.",
        "Make the file readable, or move it out of the lab's folder. Copy what a link leads to.",
    ),
    "EB-193": Explanation(
        "One picture stands in two classes",
        "Two files show the same picture, in the folders of two classes. A model that learns both learns neither, and "
        "validation would judge it by what it has seen.",
        "Remove the picture from the class where it does not belong.",
    ),
    "EB-194": Explanation(
        "A picture is too small or too narrow",
        "The shorter side has fewer than 32 pixels, or the longer side is more than 4 times as long as the shorter.",
        "Use a larger picture, cut the picture to the car, or remove it from the dataset.",
    ),
    "EB-195": Explanation(
        "A name cannot be used",
        "Names of classes become labels, folders in the teams' zip and titles of plots. Two names that differ only in "
        "capitals, a name that stands twice in an archive, control characters, spaces at the ends, or bytes that are "
        "no UTF-8 get lost or mixed up on the way.",
        "Rename the folder or the file.",
    ),
    "EB-196": Explanation(
        "The download broke off",
        "Fewer bytes came than the server had promised, or the connection broke. Nothing was kept of it.",
        "Run the command again: it downloads the file from its beginning. If that keeps happening, download the file "
        "with a browser and name it in `dataset.source`.",
    ),
    "EB-197": Explanation(
        "The dataset has too many files",
        "A folder or archive may have up to 100,000 files. It is refused before any of them is read.",
        "Name the folder of the pictures in `dataset.source`, not one that holds more, or use fewer pictures.",
    ),
}
