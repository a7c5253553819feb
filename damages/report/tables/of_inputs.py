"""What an input is called by who could supply better evidence on it."""

HOLDER_WORDS = {
    "defendant": "the defendant's records",
    "plaintiffs": "the plaintiffs and their counsel",
    "public": "public sources",
    "expert": "an expert or a survey",
    "court": "the court",
}
