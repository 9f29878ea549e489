"""The dataset: car pictures packed as RecordIO, manifest and archive for every team's bucket."""
