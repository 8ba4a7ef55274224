"""Administration: pages below /admin, for those who hold the role. One blueprint for each subject."""
