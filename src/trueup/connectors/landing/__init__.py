"""Where licences from other systems land: in one company or in several, as a dry run or as one batch each.

It sets them against what is there by the plan that files are imported by, so that the same rules hold: known by
(source, id), keys sealed, prices asked, holders who may not hold named with their reason.
"""
