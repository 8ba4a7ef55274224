"""Pages for the people of partners: their organisation, and its cohorts."""
