"""Pages for those who make a course: its people, its learners, its facts."""
