"""What trainers do before an edition is published: drafts, the outline, and publishing them."""
