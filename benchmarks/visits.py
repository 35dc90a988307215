"""What a browser asks the academy for when a member opens a page: the document, and what its scripts ask for.

`tests/browser/test_visits.py` records it in Chromium and compares, so that the benchmark plays what browsers do.
"""

# The course and the lesson that are measured.
COURSE = "breast-calcifications"
LESSON = "suspicious-morphology"

VISITS = {
    "lesson as a browser opens it": [("GET", f"/courses/{COURSE}/{LESSON}/"), ("POST", "position/")],
    "course": [("GET", f"/courses/{COURSE}/")],
    "dashboard": [("GET", "/learn/")],
    "signed-in catalogue": [("GET", "/courses/")],
}
