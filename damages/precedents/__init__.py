"""What happened elsewhere: real judgments and settlements."""
