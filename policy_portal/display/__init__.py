"""How facts are put before people: times in words, states as icon and word, sessions as marks."""
