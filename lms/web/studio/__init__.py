"""Pages for those who write courses: what is mine, the outline, the files, publishing."""
