// The page works without this script.
