"""The files that the organiser writes (event.yaml, labs, prices, quiz, roster), and the names of all resources."""
