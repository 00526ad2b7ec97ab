"""Models: found among what a trial left, described by digests, registered."""
