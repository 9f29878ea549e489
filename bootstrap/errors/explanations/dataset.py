"""EB-180 to EB-199: the pictures that event.yaml names, and the package that is made of them."""

from bootstrap.errors import Explanation

ENTRIES = {
    "EB-180": Explanation(
        "There is no such dataset",
        "`dataset.source` of event.yaml is none of: builtin:cars, a folder, a .zip file, https://..., s3://bucket/key; "
        "or the file or folder is not there.",
        "Correct `dataset.source`; a relative path counts from the folder of event.yaml.",
    ),
    "EB-181": Explanation(
        "A picture cannot be read",
        "The file ends in .jpg, .jpeg or .png but is damaged, empty or something else.",
        "Open it in a viewer; save it again as JPEG, or take it out of the dataset.",
    ),
    "EB-182": Explanation(
        "The dataset has fewer than two classes",
        "Each folder is one class, and its pictures lie directly in it: sedan/1.jpg, suv/1.jpg.",
        "Sort the pictures into at least two folders named for the classes.",
    ),
    "EB-183": Explanation(
        "A class has too few pictures",
        "A class needs 10 pictures, or validation sees none of them; only .jpg, .jpeg and .png count.",
        "Add pictures to the class, convert the others to JPEG, or remove its folder.",
    ),
    "EB-184": Explanation(
        "The archive names a file outside itself",
        "An entry is absolute or climbs with '..'; ordinary tools do not make such archives.",
        "Do not trust this archive; make it again from the folder of pictures.",
    ),
    "EB-185": Explanation(
        "A file is too large",
        "A picture may have 40 MB and 50 million pixels (Ground Truth takes no larger file), an archive 2 GB, "
        "all its pictures together 8 GB.",
        "Make the picture smaller, or take fewer; they are reduced to `dataset.size` pixels anyway.",
    ),
    "EB-186": Explanation(
        "A picture lies in no class folder",
        "The layout is <class>/<picture>; one folder around all of them is accepted, deeper ones are not.",
        "Move the picture into the folder of its class.",
    ),
    "EB-187": Explanation(
        "The archive cannot be opened",
        "The file is no zip, is damaged, cut off, or locked by a password.",
        "Download or make it again; other formats than zip are not read.",
    ),
    "EB-188": Explanation(
        "The dataset cannot be downloaded",
        "The server gave no answer or an error, or led to an address without https.",
        "Open the address in a browser; or download the file yourself and name it in `dataset.source`.",
    ),
    "EB-189": Explanation(
        "The dataset cannot be read from S3",
        "Bucket or key do not exist, or the operator's own credentials may not read them.",
        "Try `aws s3 cp` with the same credentials; s3:GetObject on the key is what is needed.",
    ),
    "EB-190": Explanation(
        "The dataset is too small for the labs",
        "Tuning trains with a mini batch of 30, which must not exceed the training pictures; labelling takes 24.",
        "Add pictures, or lower `dataset.validation_share`.",
    ),
    "EB-191": Explanation(
        "The cache cannot be written",
        "The folder .event-bootstrap/cache is not writable, or the disk is full.",
        "Free some space or give write access; the folder may be deleted at any time, it is made again.",
    ),
    "EB-192": Explanation(
        "A lab's file cannot be read",
        "The file in labs/ vanished, or this user may not read it.",
        "Give read access to the file, or move it out of the lab's folder.",
    ),
}
