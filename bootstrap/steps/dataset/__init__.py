"""Car pictures -> RecordIO, manifest, archive: what every team's bucket holds."""
