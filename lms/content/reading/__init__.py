"""From files to what they mean: questions, lessons, courses; one broken file never stops the rest."""
