"""The AWS services: a folder or a file each, with what moto lacks or makes too easy."""
