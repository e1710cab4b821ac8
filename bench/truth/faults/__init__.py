"""The faults: each plays one incident on a stage and states the truth about it."""
