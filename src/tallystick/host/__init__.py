"""What acting rooms stand on: plain files, the terminal, errors for people, what a user keeps."""
