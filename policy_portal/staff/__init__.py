"""The staff's pages that put the apps together: the worklist, the people, one person, enforcement."""
