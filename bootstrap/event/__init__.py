"""What the organiser wrote: event.yaml, labs, prices, quiz, names, roster."""
